export { type AssessOptions, assess } from "./assess";
export { brief, duration, plural } from "./figures";
export { ASSESSMENT_RULES, type AssessmentFinding, type AssessmentRuleId, findingsOf } from "./findings";
export * from "./model";
