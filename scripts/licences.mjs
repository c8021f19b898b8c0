// Checks deny.toml with cargo-deny (built once, under a minute, when it is not installed), and the vendored npm packages
// against the same list of licences.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isMain, main, must, output, Stop, target } from "./machine.mjs";
import { chosenLicences, parseExpression } from "./spdx.mjs";
import { rules, shippedModules } from "./tree.mjs";

const VERSION = "0.20.2";

if (isMain(import.meta)) {
  await main(() => {
    must(cargoDeny(), ["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
    const faults = shippedModules().map(licenceFault).filter(Boolean);
    if (faults.length > 0) throw new Stop(`deny.toml does not allow these licences:\n  ${faults.join("\n  ")}`);
  });
}

/** Why a package may not be shipped, or null. */
export function licenceFault({ name, version, license }) {
  if (!license) return `${name} ${version} names no licence`;
  return chosenLicences(parseExpression(license), rules.licenses.allow) ? null : `${name} ${version} is under ${license}`;
}

function cargoDeny() {
  if (output("cargo-deny", ["--version"])?.trim() === `cargo-deny ${VERSION}`) return "cargo-deny";
  const tools = join(target, "tools");
  const program = join(tools, "bin", process.platform === "win32" ? "cargo-deny.exe" : "cargo-deny");
  if (existsSync(program) && output(program, ["--version"])?.trim() === `cargo-deny ${VERSION}`) return program;
  const build = join(tools, "build");
  const env = { ...process.env, CARGO_TARGET_DIR: build };
  must("cargo", ["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--quiet", "--root", tools], { env });
  rmSync(build, { recursive: true, force: true });
  return program;
}
