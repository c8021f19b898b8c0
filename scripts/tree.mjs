// The packages Karcis is made of, as cargo and npm have resolved and locked them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { output, root, Stop } from "./machine.mjs";

/** What deny.toml says. */
export const rules = parse(readFileSync(join(root, "deny.toml"), "utf8"));

/** The crates that are part of a shipped program: what the named packages build with and link. */
export function shippedCrates(...names) {
  return foreign(unite(graphs().map((graph) => reached(graph, names))));
}

/** The npm packages whose files are vendored into the program. */
export function shippedModules() {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const direct = Object.keys(lock.packages[""].dependencies);
  const peers = direct.flatMap((name) => Object.keys(lock.packages[`node_modules/${name}`].peerDependencies ?? {}));
  return [...new Set([...direct, ...peers])].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const { version, license, repository, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const where = typeof repository === "string" ? repository : repository?.url;
    return { name, version, license: MODULE_LICENCES[license] ?? license, folder, repository: where?.replace(/^git\+/, ""), authors: [author?.name ?? author].filter(Boolean) };
  });
}

// htmx names its licence by the words of its title; the text in the package is the Zero-Clause BSD.
const MODULE_LICENCES = { "BSD-0-Clause": "0BSD", "BSD Zero Clause": "0BSD" };

let read;
function graphs() {
  read ??= rules.graph.targets.map((system) => {
    const text = output("cargo", ["metadata", "--format-version=1", "--locked", "--filter-platform", system]);
    if (text === null) throw new Stop("cargo metadata failed. Does Cargo.lock fit Cargo.toml? Run: cargo fetch");
    return filtered(JSON.parse(text));
  });
  return read;
}

/** cargo lists packages of other systems too; only those in the resolved graph count. */
function filtered(metadata) {
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  return { nodes, packages: metadata.packages.filter((crate) => nodes.has(crate.id)) };
}

function reached({ nodes, packages }, names) {
  const waiting = packages.filter((crate) => names.includes(crate.name)).map((crate) => crate.id);
  if (waiting.length !== names.length) throw new Stop(`The workspace does not hold all of: ${names.join(", ")}`);
  const seen = new Set(waiting);
  for (const id of waiting) {
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
      if (seen.has(pkg) || !kinds.some(({ kind }) => kind !== "dev")) continue;
      seen.add(pkg);
      waiting.push(pkg);
    }
  }
  return packages.filter((crate) => seen.has(crate.id));
}

const unite = (lists) => [...new Map(lists.flat().map((crate) => [crate.id, crate])).values()];

/** Ours have no source: they lie in this repository. */
const foreign = (crates) =>
  crates.filter((crate) => crate.source !== null).sort((a, b) => a.name.localeCompare(b.name, "en") || a.version.localeCompare(b.version, "en"));
