import { createHash } from "node:crypto";
import path from "node:path";
import { ASSESSMENT_RULES } from "../assessment";
import { POLICIES } from "../policy/judge";
import { lineFinder } from "./lines";
import { assessmentFindings, type Report } from "./subject";

/** One thing found, before it has a place. */
interface Found {
  readonly ruleId: string;
  readonly level: "error" | "warning";
  readonly subject: string;
  readonly message: string;
}

/** GitHub's scale of severities: from 9 critical, from 7 high, from 4 medium, below that low. */
const SEVERITIES = { critical: "9.5", high: "8.0", medium: "5.0", low: "2.0" } as const;

/** SARIF 2.1.0 with every rule and every finding, each at the line of the environment file that it is about. */
export function sarif(report: Report, root: string): object {
  const lineOf = lineFinder(report.text);
  const uri = relativeUri(report.file, root);
  const rules = [...policyRules(), ...(report.assessment === undefined ? [] : assessmentRules())];
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "hybrid-estate", semanticVersion: "0.1.0", rules } },
        automationDetails: { id: `hybrid-estate/${report.stack}/` },
        originalUriBaseIds: { ROOT: { description: { text: "The repository's root" } } },
        columnKind: "utf16CodeUnits",
        results: findings(report).map(({ ruleId, level, subject, message }) => ({
          ruleId,
          ruleIndex: index.get(ruleId) ?? -1,
          level,
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri, uriBaseId: "ROOT" },
                region: { startLine: lineOf(subject) },
              },
              ...(subject === "" ? {} : { logicalLocations: [{ name: subject, kind: "resource" }] }),
            },
          ],
          // The line moves with every edit: what a finding is about makes it the same one.
          partialFingerprints: { "finding/v1": fingerprint(ruleId, subject, message) },
        })),
      },
    ],
  };
}

function findings(report: Report): Found[] {
  return [
    ...report.verdicts.map(({ policy, level, resource, message }) => ({
      ruleId: policy,
      level: level === "mandatory" ? ("error" as const) : ("warning" as const),
      subject: resource,
      message,
    })),
    ...assessmentFindings(report).map(({ rule, level, guest = "", message }) => ({
      ruleId: `assessment/${rule}`,
      level,
      subject: guest,
      message,
    })),
  ];
}

function policyRules() {
  return POLICIES.map(({ id, title, description, level, severity, url, tags, remediation }) => ({
    id,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: { text: remediation },
    ...(url.startsWith("https://") ? { helpUri: url } : {}),
    defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
    properties: { tags: [...tags], "security-severity": SEVERITIES[severity] },
  }));
}

function assessmentRules() {
  return Object.entries(ASSESSMENT_RULES).map(([id, { title, description }]) => ({
    id: `assessment/${id}`,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: { text: "See docs/assessment.md for how the assessment comes to it." },
    defaultConfiguration: { level: "warning" },
    properties: { tags: ["assessment"], "security-severity": SEVERITIES.high },
  }));
}

/** Paths in SARIF are relative URIs: a name with a space, a colon or a percent sign has to stay one. */
function relativeUri(file: string, root: string): string {
  const relative = path.relative(root, path.resolve(root, file));
  const inside = relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
  return (inside ? relative : path.basename(file)).split(path.sep).map(encodeURIComponent).join("/");
}

function fingerprint(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
