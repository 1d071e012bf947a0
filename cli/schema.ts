import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentFileSchema } from "../estate/json-schema";

/** `npm run schema`: writes the JSON Schema that editors use for environment files. */
const file = join(__dirname, "..", "estate.schema.json");
writeFileSync(file, `${JSON.stringify(environmentFileSchema(), null, 2)}\n`);
console.log(`wrote ${file}`);
