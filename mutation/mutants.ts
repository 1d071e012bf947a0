import ts from "typescript";

/** A rule's source with one condition broken. */
export interface Mutant {
  readonly line: number;
  /** What stood there, and what stands there now. */
  readonly change: string;
  readonly source: string;
}

const OPPOSITE: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
]);
const OTHER_METHOD: ReadonlyMap<string, string> = new Map([
  ["some", "every"],
  ["every", "some"],
]);

/** Every way to break one condition of a source: operators, negations, branches, quantifiers, filters, defaults. */
export function mutantsOf(name: string, text: string): Mutant[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const replace = (node: ts.Node, by: string) => {
    const [start, end] = [node.getStart(file), node.getEnd()];
    found.push({
      line: file.getLineAndCharacterOfPosition(start).line + 1,
      change: `${oneLine(node.getText(file))} -> ${oneLine(by)}`,
      source: text.slice(0, start) + by + text.slice(end),
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isBinaryExpression(node)) {
      const other = OPPOSITE.get(node.operatorToken.kind);
      if (other !== undefined) {
        replace(node, `${node.left.getText(file)} ${other} ${node.right.getText(file)}`);
      }
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      replace(node, `(${node.operand.getText(file)})`);
    }
    if (ts.isConditionalExpression(node)) replace(node.condition, `!(${node.condition.getText(file)})`);
    if (ts.isIfStatement(node)) replace(node.expression, `!(${node.expression.getText(file)})`);
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const method = node.expression.name;
      const other = OTHER_METHOD.get(method.text);
      if (other !== undefined) replace(method, other);
      if (method.text === "filter") replace(node, node.expression.expression.getText(file));
    }
    if (node.kind === ts.SyntaxKind.TrueKeyword) replace(node, "false");
    if (node.kind === ts.SyntaxKind.FalseKeyword) replace(node, "true");
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
