/** Colours by name, for light and for dark: every text on its ground has a contrast of at least 4.5 to 1. */
export const PALETTE = {
  light: {
    ground: "#f6f7f9",
    card: "#ffffff",
    ink: "#16202c",
    quiet: "#55626f",
    line: "#d6dce3",
    accent: "#1f5fbf",
    good: "#1b7a43",
    "good-soft": "#e2f4e9",
    warn: "#8a5200",
    "warn-soft": "#fdf0d9",
    bad: "#b3261e",
    "bad-soft": "#fbe6e4",
    aws: "#6b3fa0",
    "aws-soft": "#efe7f8",
    idle: "#c3ccd6",
  },
  dark: {
    ground: "#10161d",
    card: "#18212b",
    ink: "#e6ebf1",
    quiet: "#a3b0be",
    line: "#33404d",
    accent: "#82b1ff",
    good: "#6fd398",
    "good-soft": "#173325",
    warn: "#f2bd63",
    "warn-soft": "#3a2c12",
    bad: "#ff9c93",
    "bad-soft": "#451d1a",
    aws: "#c9a6f2",
    "aws-soft": "#2f2342",
    idle: "#4a5866",
  },
} as const;

/** Pairs of text and ground that occur; tests hold them to the contrast that WCAG asks for. */
export const TEXT_ON: readonly (readonly [
  text: keyof typeof PALETTE.light,
  ground: keyof typeof PALETTE.light,
])[] = [
  ["ink", "ground"],
  ["ink", "card"],
  ["quiet", "ground"],
  ["quiet", "card"],
  ["accent", "card"],
  ["accent", "ground"],
  ["good", "card"],
  ["good", "good-soft"],
  ["warn", "card"],
  ["warn", "warn-soft"],
  ["bad", "card"],
  ["bad", "bad-soft"],
  ["aws", "card"],
  ["aws", "aws-soft"],
  ["ink", "good-soft"],
  ["ink", "warn-soft"],
  ["ink", "bad-soft"],
  ["ink", "aws-soft"],
];

function variables(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}

/** The page's whole style: nothing is loaded from anywhere. */
export const STYLE = `
:root{color-scheme:light dark;${variables(PALETTE.light)}}
@media (prefers-color-scheme:dark){:root{${variables(PALETTE.dark)}}}
@media print{:root{color-scheme:light;${variables(PALETTE.light)};--ground:#fff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
.skip{position:absolute;left:-999em}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem}
h3{font-size:1rem;margin:1rem 0 .25rem}
p{margin:.35rem 0}
.quiet{color:var(--quiet)}
.small{font-size:.875rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:.75rem 0 0;padding:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem 1.15rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0}
.tile b{display:block;font-size:1.65rem;line-height:1.2;font-variant-numeric:tabular-nums}
.badge{display:inline-block;border-radius:999px;padding:.1rem .65rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
.good{color:var(--good);background:var(--good-soft)}
.warn{color:var(--warn);background:var(--warn-soft)}
.bad{color:var(--bad);background:var(--bad-soft)}
.aws{color:var(--aws);background:var(--aws-soft)}
.worst{border-left:6px solid var(--bad)}
.worst.calm{border-left-color:var(--good)}
.facts{display:flex;flex-wrap:wrap;gap:.35rem 2rem;margin:.6rem 0 0}
.facts dt{color:var(--quiet);font-size:.8125rem}
.facts dd{margin:0;font-weight:600}
.facts div{min-width:10rem}
.failures{list-style:none;margin:0;padding:0;display:grid;gap:.5rem}
.failures>li>details,.failures>li>.plain{background:var(--card);border:1px solid var(--line);border-radius:10px}
summary,.plain{cursor:pointer;padding:.65rem 1rem;display:grid;grid-template-columns:minmax(10rem,1.3fr) minmax(8rem,1.4fr) 7.5rem 7.5rem;gap:.25rem 1rem;align-items:center}
.plain{cursor:default}
summary::-webkit-details-marker{display:none}
summary{list-style:none}
summary .name::before{content:"▸";display:inline-block;width:1.1em;color:var(--quiet)}
details[open] summary .name::before{content:"▾"}
.plain .name{padding-left:1.1em}
.name{font-weight:600}
.figure{font-variant-numeric:tabular-nums}
.figure span{display:block;color:var(--quiet);font-size:.75rem;font-weight:400}
.body{padding:0 1rem 1rem}
.bar{display:flex;height:.65rem;border-radius:4px;overflow:hidden;background:var(--idle);gap:1px}
.bar i{display:block;height:100%}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;padding:0;margin:.5rem 0 1rem;font-size:.875rem}
.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:3px;margin-right:.4rem;vertical-align:-1px}
.e-stays{background:var(--idle)}.e-moves{background:#3f9ea8}.e-restarts{background:#2f8f5b}.e-pauses{background:#b39b2a}.e-cut-off{background:#d98b1f}.e-stalls{background:#e0642f}.e-aws{background:#8b5fc7}.e-down{background:#c8352b}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.45rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--quiet);font-weight:600;font-size:.8125rem}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tbody tr:last-child td{border-bottom:0}
.source{display:block;color:var(--quiet);font-size:.78rem;font-weight:400}
.facts+.bar{margin-top:.8rem}
figcaption{margin-top:.5rem}
.meter{display:flex;height:.6rem;border-radius:4px;background:var(--idle);overflow:hidden;min-width:5rem}
.meter i{background:var(--accent)}
.meter i.over{background:#c8352b}
figure{margin:0}
svg{display:block;width:100%;height:auto;font-family:inherit}
svg text{fill:var(--ink)}
svg .soft{fill:var(--quiet)}
svg .box{fill:var(--card);stroke:var(--line)}
svg .site{fill:none;stroke:var(--line);stroke-width:2}
svg .cloud{fill:none;stroke:var(--aws);stroke-width:2;stroke-dasharray:6 4}
svg .wire{stroke:var(--quiet);stroke-width:2;fill:none}
svg .link{stroke:var(--aws);stroke-width:3;fill:none}
svg .used{fill:var(--accent)}
svg .room{fill:var(--idle)}
svg .ha{fill:#2f8f5b}
svg .solo{fill:#d98b1f}
i.key{display:inline-block;width:.75rem;height:.75rem;border-radius:2px;vertical-align:-1px}
i.key.ha{background:#2f8f5b}i.key.solo{background:#d98b1f}
svg .critical{stroke:var(--ink);stroke-width:2}
.narrow{display:none}
footer{padding-top:2rem;padding-bottom:2rem;color:var(--quiet);font-size:.875rem}
@media (max-width:44rem){
 .wide{display:none}.narrow{display:block}
 summary,.plain{grid-template-columns:1fr 1fr}
 summary .name,.plain .name,summary .guests,.plain .guests{grid-column:1/-1}
 table.stack thead{position:absolute;left:-999em}
 table.stack tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}
 table.stack tbody tr:last-child{border-bottom:0}
 table.stack td{display:block;border:0;padding:.1rem 0;text-align:left}
 table.stack td[data-label]::before{content:attr(data-label) ": ";color:var(--quiet);font-size:.8125rem}
}
@media print{
 body{font-size:10.5pt}
 nav,.skip{display:none}
 .card,.failures>li>details,.failures>li>.plain{break-inside:avoid-page;border-color:#bbb}
 details::details-content{content-visibility:visible;display:block;block-size:auto}
 .body,table{font-size:8.5pt}
 tr{break-inside:avoid}
 h2{break-after:avoid}
 *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
