// npm run release:papers: what goes beside the programs in dist/: the source they were made from, what they are made of, and
// the sum of every file, programs and signatures included. Run it last.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { edition } from "../edition.mjs";
import { isMain, main, output, root, Stop } from "../machine.mjs";
import { sourceName } from "./conveyed.mjs";
import { momentOf } from "./moment.mjs";
import { bill, sbomName } from "./sbom.mjs";

const SUMS = "SHA256SUMS";

/** The lines of SHA256SUMS for a folder, as `sha256sum --check` reads them. */
export function sums(folder) {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== SUMS);
  const line = ({ name }) => `${createHash("sha256").update(readFileSync(join(folder, name))).digest("hex")}  ${name}\n`;
  return names.sort((a, b) => (a.name < b.name ? -1 : 1)).map(line).join("");
}

/** The tree of a commit as one archive; the same commit makes the same bytes. */
export function sourceArchive({ version, commit }) {
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new Stop(`The source of ${commit || "an unknown commit"} cannot be archived: commit everything first.`);
  const tar = output("git", ["archive", `--prefix=karcis-${version}/`, "--format=tar", commit], { encoding: "buffer" });
  if (!tar) throw new Stop(`git has no commit ${commit}.`);
  return gzipSync(tar, { level: 9 });
}

if (isMain(import.meta)) {
  await main(() => {
    const what = edition();
    const dist = join(root, "dist");
    mkdirSync(dist, { recursive: true });
    writeFileSync(join(dist, sourceName(what)), sourceArchive(what));
    const made = bill(what, momentOf(what));
    writeFileSync(join(dist, sbomName(what)), `${JSON.stringify(made, null, 2)}\n`);
    const lines = sums(dist);
    writeFileSync(join(dist, SUMS), lines);
    console.log(`${made.components.length} components in ${sbomName(what)}\n${lines}`);
  });
}
