import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import type { Engine } from "./find";

/** What {@link engineEnvironment} needs to know. */
export interface EngineEnvironmentOptions {
  readonly engine: Engine;
  /** Folder of the file backend and of all that the engine keeps; it is made if it is not there. */
  readonly stateFolder: string;
  /** Port of the gRPC server on this machine that stands in for each provider, by package name. */
  readonly providers: Readonly<Record<string, number>>;
}

const LAUNCHER = "pulumi-analyzer-policy-nodejs";

/**
 * The environment variables under which the engine serves the sandbox: state, settings and plugins in the state
 * folder, provider doubles in place of plugins, no update check, no downloads, nothing of the user's own Pulumi.
 * For `envVars` of an Automation API workspace, which adds them to this process's environment.
 */
export async function engineEnvironment(options: EngineEnvironmentOptions): Promise<Record<string, string>> {
  const state = path.resolve(options.stateFolder);
  const home = path.join(state, "home");
  await mkdir(home, { recursive: true });
  await linkPolicyLauncher(home);
  return {
    ...blankedPulumiVariables(process.env),
    // The pack's process is started as `node`: it has to be the Node that runs this.
    PATH: [path.dirname(process.execPath), path.dirname(options.engine.path), process.env.PATH ?? ""].join(
      path.delimiter,
    ),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    // Not PULUMI_CONFIG_PASSPHRASE_FILE: a PULUMI_CONFIG_PASSPHRASE of the user, even a blank one, would win over it.
    PULUMI_CONFIG_PASSPHRASE: await passphrase(path.join(state, "passphrase")),
    PULUMI_DEBUG_PROVIDERS: Object.entries(options.providers)
      .map(([name, port]) => `${name}:${port}`)
      .join(","),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
  };
}

/**
 * The engine as the Automation API takes it. The API asks the CLI for its version under this process's own
 * environment, where the CLI would write a log into the user's `~/.pulumi`: PULUMI_HOME is set for that moment.
 */
export async function pulumiCommand(
  engine: Engine,
  environment: Readonly<Record<string, string>>,
): Promise<PulumiCommand> {
  const folder = path.dirname(engine.path);
  const before = process.env.PULUMI_HOME;
  process.env.PULUMI_HOME = environment.PULUMI_HOME;
  try {
    // An installation is `<root>/bin/pulumi`; anything else on PATH (a package manager's shim) is called by its name.
    return await PulumiCommand.get(path.basename(folder) === "bin" ? { root: path.dirname(folder) } : {});
  } finally {
    if (before === undefined) delete process.env.PULUMI_HOME;
    else process.env.PULUMI_HOME = before;
  }
}

/** The user's PULUMI_* variables (access token, backend, stack, ...) blanked, which the CLI reads as not set. */
function blankedPulumiVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = Object.keys(env).filter((name) => name.startsWith("PULUMI_"));
  return Object.fromEntries(names.map((name) => [name, ""]));
}

/**
 * Make the script that starts a policy pack known to the engine as an installed plugin of its PULUMI_HOME.
 *
 * An official CLI finds the nodejs language plugin beside its executable and starts packs with that; a CLI that is
 * built from source has none and looks for `pulumi-analyzer-policy-nodejs` (sdk/go/common/resource/plugin,
 * analyzer_plugin.go). It would also find it on PATH, but warns about that at every run.
 */
async function linkPolicyLauncher(home: string): Promise<void> {
  const folder = path.join(home, "plugins", "analyzer-policy-nodejs-v1.0.0");
  await mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `.${process.pid}-${randomBytes(4).toString("hex")}`);
  await symlink(path.join(__dirname, "bin", LAUNCHER), temporary);
  await rename(temporary, path.join(folder, LAUNCHER));
}

/** The passphrase in the file, which is made at the first call, whole or not at all, readable by its owner only. */
async function passphrase(file: string): Promise<string> {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, randomBytes(32).toString("base64url"), { mode: 0o600 });
  try {
    await link(temporary, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(temporary);
  }
  return readFile(file, "utf8");
}
