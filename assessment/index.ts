export { type AssessOptions, assess } from "./assess";
export { brief, duration, plural } from "./figures";
export * from "./model";
