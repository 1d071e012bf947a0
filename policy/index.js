// Plain JavaScript, because Pulumi type-checks a pack whose entry is TypeScript: 9 s instead of 1.
require("tsx/cjs/api").register();
require("./pack.ts");
