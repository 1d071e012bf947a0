import { program } from "./components";

// @pulumi/pulumi captures a stack trace for every promise: 80 % of the program's time on a large estate. Mistakes
// in an environment file are reported with their paths before that; this switch is for mistakes in the program.
Error.stackTraceLimit = process.env.HYBRID_ESTATE_TRACES ? 100 : 0;

export = program;
