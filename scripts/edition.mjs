// Which Karcis this tree is: its version, the commit it is built from, and where its source is offered.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { output, root, Stop } from "./machine.mjs";

/** Steps before a version that Windows counts in its fourth number, each with room for 9,999. */
const BEFORE = { alpha: 10_000, beta: 20_000, rc: 30_000 };
const FINAL = 60_000;

/**
 * What is built here. `order` is the version as Windows compares it; `commit` is what About shows, with `-dirty` behind it
 * where the tree holds more than was committed; `source` is an address, or empty when the source goes with the programs.
 */
export function edition(env = process.env) {
  const version = parse(readFileSync(join(root, "Cargo.toml"), "utf8")).workspace.package.version;
  const npm = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
  if (version !== npm) throw new Stop(`Cargo.toml says version ${version}, package.json ${npm}. They must say the same.`);
  const commit = env.KARCIS_COMMIT?.trim() || archived() || described() || "";
  return { version, order: order(version), channel: channel(version), commit, source: env.KARCIS_SOURCE?.trim() ?? "" };
}

/** `1.2.3` as `1.2.3.60000`, `1.2.3-beta.4` as `1.2.3.20004`: older than what it leads to. */
export function order(version) {
  const [, numbers, kind, count] = /^(\d+\.\d+\.\d+)(?:-(alpha|beta|rc)\.(\d{1,4}))?$/.exec(version) ?? [];
  if (!numbers || numbers.split(".").some((number) => Number(number) > 65_535)) {
    throw new Stop(`${version} is no version Windows can compare. Use 1.2.3, or 1.2.3-alpha.1, -beta.1, -rc.1.`);
  }
  return `${numbers}.${kind ? BEFORE[kind] + Number(count) : FINAL}`;
}

/** Who is offered this version: everybody, or those who try things out. */
export function channel(version) {
  return version.includes("-") ? "beta" : "stable";
}

/** The environment in which a program learns its commit and where its source is. */
export function editionEnv({ commit, source }) {
  return { KARCIS_COMMIT: commit, KARCIS_SOURCE: source };
}

/** A source archive knows its commit without git. */
function archived() {
  const mark = readFileSync(join(root, "src-tauri/crates/karcis-app/build/commit.txt"), "utf8").trim();
  return /^[0-9a-f]{40}$/.test(mark) ? mark : "";
}

function described() {
  return output("git", ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])?.trim();
}
