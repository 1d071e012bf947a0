/** Text for HTML and XML, in elements and in quoted attributes. What XML 1.0 cannot hold is replaced. */
export function escapeMarkup(text: string): string {
  return text
    .replace(NOT_XML, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Control characters but tab and line ends, halves of a pair, and two that are no characters. */
const NOT_XML = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

/** Text for a line or table cell of GitHub's Markdown, where it is to mean nothing but itself. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]<>#|~!@]/g, (character) => (character === "@" ? "@\u200B" : `\\${character}`))
    .replace(/\b(https?|ftp):\/\//gi, "$1:\u200B//")
    .replace(/\bwww\./gi, "www\u200B.");
}
