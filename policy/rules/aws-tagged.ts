import { get, UNKNOWN } from "../facts/read";
import { textsSetting } from "../settings";
import { answer, listed, type ResourceRule } from "./rule";

const KEYS = textsSetting("keys", {
  description: "Keys of tags that everything has to have.",
  default: ["environment"],
});

export const awsTagged: ResourceRule = {
  id: "aws-tagged",
  title: "What is made in AWS says whose it is",
  description:
    "The bill and the clean-up after a drill go by tags: what has none is paid for and never found.",
  severity: "low",
  level: "mandatory",
  url: "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
  tags: ["aws", "cost"],
  remediation: "Set defaultTags on the provider: they reach everything that it makes.",
  settings: [KEYS],
  scope: "resource",
  types: ["pulumi:providers:aws"],
  check: (resource, config) => {
    const tags = get(parsed(get(resource.properties, "defaultTags")), "tags");
    const missing = KEYS.in(config).filter((key) => get(tags, key) === undefined);
    return answer(resource, tags === UNKNOWN ? UNKNOWN : missing.length > 0, {
      wrong: `Provider ${resource.name} gives what it makes no default tag ${listed(missing)}.`,
      open: `Which default tags provider ${resource.name} gives is not known yet.`,
    });
  },
};

/** A provider's structured inputs are JSON on the way to the engine. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return UNKNOWN;
  }
}
