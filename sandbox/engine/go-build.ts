import { mkdir } from "node:fs/promises";
import path from "node:path";
import { lastLines, run } from "./processes";
import type { Progress } from "./progress";
import { ENGINE_VERSION } from "./version";

/** The Go module that pins the CLI's source and everything it needs: go.mod and go.sum, never changed by a build. */
const BUILD_FOLDER = path.join(__dirname, "build");
const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
/** Without a version in the binary the Automation API refuses the CLI. */
const LINKER_FLAGS = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`;

/** Build the CLI with that `go` into `<folder>/bin/pulumi`. Takes minutes, 2 GB of memory and the module proxy. */
export async function buildWithGo(
  go: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const goEnv = buildEnvironment(env);
  const total = await countStalePackages(go, goEnv, progress);
  await mkdir(path.join(folder, "bin"));
  await compile(go, path.join(folder, "bin", "pulumi"), total, goEnv, progress);
}

/** The user's environment (GOPROXY, GOFLAGS, caches) without what would make another binary than the one wanted. */
function buildEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { GOOS: _os, GOARCH: _arch, ...rest } = env;
  return { ...rest, GOWORK: "off", CGO_ENABLED: "0" };
}

/** Asking which packages are not in Go's build cache yet says how much there is to do, and downloads the modules. */
async function countStalePackages(go: string, env: NodeJS.ProcessEnv, progress: Progress): Promise<number> {
  let modules = 0;
  const listed = await run(go, ["list", "-mod=readonly", "-deps", "-f", "{{.Stale}}", PACKAGE], {
    cwd: BUILD_FOLDER,
    env,
    onErrorLine: (line) => {
      if (!line.startsWith("go: downloading ")) return;
      modules += 1;
      progress.update(`Building the Pulumi engine: downloading Go modules (${modules})`);
    },
  });
  if (listed.code !== 0) throw new Error(`\`go list\` failed: ${lastLines(listed.stderr)}`);
  return listed.stdout.split("\n").filter((line) => line === "true").length;
}

/** `go build -v` names every package as it compiles it. */
async function compile(
  go: string,
  output: string,
  total: number,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  let compiled = 0;
  const args = ["build", "-mod=readonly", "-v", "-ldflags", LINKER_FLAGS, "-o", output, PACKAGE];
  const built = await run(go, args, {
    cwd: BUILD_FOLDER,
    env,
    onErrorLine: (line) => {
      // A message has spaces, an import path has none.
      if (line.includes(" ")) return;
      compiled += 1;
      const percent = Math.min(99, Math.floor((100 * compiled) / Math.max(total, 1)));
      progress.update(`Building the Pulumi engine: ${percent} % (package ${compiled} of ${total})`);
    },
  });
  if (built.code !== 0) throw new Error(`\`go build\` failed: ${lastLines(built.stderr)}`);
}
