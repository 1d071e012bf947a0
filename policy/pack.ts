import { PolicyPack } from "@pulumi/policy";
import { deserializeOnce } from "./deserialize-once";
import { policies } from "./policies";

deserializeOnce();

new PolicyPack("hybrid-estate", {
  displayName: "Hybrid estate",
  description: "Refuses a Proxmox VE and AWS estate that would lose data or service at the first failure",
  tags: ["proxmox", "aws", "disaster-recovery"],
  policies: policies(),
});
