/**
 * Switches stack traces off: @pulumi/pulumi captures one for every promise and every resource, 80 % of the time
 * of a program with a thousand guests. What can go wrong in an environment file is reported with its path before
 * anything is declared; for mistakes in the program itself, `HYBRID_ESTATE_TRACES=1` leaves traces on.
 */
export function saveStackTraces(): void {
  if (process.env.HYBRID_ESTATE_TRACES) return;
  Error.stackTraceLimit = 0;
  // Pulumi lifts the limit for the position of each resource; at least no source map is read for it, neither by
  // Node nor by source-map-support, which Pulumi's runner installs.
  process.setSourceMapsEnabled(false);
  Reflect.deleteProperty(Error, "prepareStackTrace");
}
