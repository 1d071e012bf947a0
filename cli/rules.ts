import { writeFileSync } from "node:fs";
import path from "node:path";
import { rulesPage } from "../policy/rules-page";

const page = path.join(__dirname, "..", "docs", "rules.md");
writeFileSync(page, rulesPage());
console.log(`wrote ${page}`);
