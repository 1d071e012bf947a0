import { AlertTopic } from "../alert-topic";
import type { SecondSite } from "./context";

export function createAlerts({ name, aws: { alerts }, parent }: SecondSite): AlertTopic {
  return new AlertTopic(`${name}-alerts`, { emails: alerts.emails }, { parent });
}
