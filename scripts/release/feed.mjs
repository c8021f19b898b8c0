// Writes the feed that Karcis looks for newer versions in: latest.json, one for each channel.
//   node scripts/release/feed.mjs --base https://…/releases/download/v0.2.0 [--notes FILE] [--folder dist]
// It names every package in the folder that has a signature beside it (.sig, as minisign or tauri write them).
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { edition } from "../edition.mjs";
import { isMain, main, root, Stop } from "../machine.mjs";
import { installerName } from "../windows/installer.mjs";
import { debName } from "./deb.mjs";
import { momentOf } from "./moment.mjs";

/** Where the updater looks for which package. */
const PLATFORMS = { "windows-x86_64-nsis": installerName, "linux-x86_64-deb": debName };
/** Notes are read in a small window, and the whole feed is fetched once a day by every shop. */
const LONGEST_NOTES = 4000;

/**
 * The feed of this version. `packages` are `{ platform, name, signature }`, the signature as text of minisign or already
 * as the updater wants it; `base` is the address of the folder that holds them.
 */
export function feed({ version, packages, base, notes, moment }) {
  if (packages.length === 0) throw new Stop("There is no signed package: nothing to tell anybody about.");
  if (!/^https:\/\/[^/]+\//.test(`${base}/`)) throw new Stop(`${base} is no https address.`);
  if (notes.length > LONGEST_NOTES) throw new Stop(`The notes are longer than ${LONGEST_NOTES} characters.`);
  const platforms = packages.map(({ platform, name, signature }) => {
    return [platform, { url: `${base.replace(/\/+$/, "")}/${encodeURIComponent(name)}`, signature: bound(signature, version, name) }];
  });
  return { version, notes, pub_date: new Date(moment * 1000).toISOString(), platforms: Object.fromEntries(platforms) };
}

/** The signature as the updater reads it; one that does not vouch for this version is refused, as the updater would. */
function bound(signature, version, name) {
  const plain = signature.startsWith("untrusted comment:") ? signature : Buffer.from(signature.trim(), "base64").toString("utf8");
  const [, told] = /^trusted comment: (.*)$/m.exec(plain) ?? [];
  if (told === undefined) throw new Stop(`${name}.sig is no signature of minisign.`);
  if (!told.split("\t").includes(`version:${version}`)) {
    throw new Stop(`${name}.sig does not say version:${version} in its trusted comment. See RELEASING.md.`);
  }
  return Buffer.from(plain).toString("base64");
}

function signedPackages(folder, what) {
  return Object.entries(PLATFORMS).flatMap(([platform, nameOf]) => {
    const name = nameOf(what);
    const signature = join(folder, `${name}.sig`);
    if (!existsSync(join(folder, name)) || !existsSync(signature)) return [];
    return [{ platform, name, signature: readFileSync(signature, "utf8") }];
  });
}

if (isMain(import.meta)) {
  await main(() => {
    const options = { base: { type: "string" }, notes: { type: "string" }, folder: { type: "string", default: join(root, "dist") } };
    const { base, notes, folder } = parseArgs({ options }).values;
    if (!base) throw new Stop("Say with --base where the packages will be.");
    const what = edition();
    const text = notes ? readFileSync(notes, "utf8").trim() : "";
    const made = feed({ version: what.version, packages: signedPackages(folder, what), base, notes: text, moment: momentOf(what) });
    const out = join(folder, "latest.json");
    writeFileSync(out, `${JSON.stringify(made, null, 2)}\n`);
    console.log(`${out}: ${made.version} for ${Object.keys(made.platforms).join(", ")}, channel ${what.channel}`);
  });
}
