// npm run windows:build: the optimised programs for Windows and their installer, in dist/.
//   npm run windows:build -- --webview2 FILE    takes Microsoft's own WebView2 set-up along, for PCs without internet
//   npm run windows:build -- --packed           packs the programs that were built before
// KARCIS_UPDATE_KEY is the public half of the key that updates are checked with; without it none is ever installed.
// KARCIS_AUTHENTICODE signs it all (see scripts/release/authenticode.mjs).
// KARCIS_COMMIT and KARCIS_SOURCE say what About and the installer tell of the source (see scripts/edition.mjs).
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { edition, editionEnv } from "../edition.mjs";
import { isMain, main, must, root, Stop } from "../machine.mjs";
import { marked } from "../release/conveyed.mjs";
import { installerName, packInstaller, PROGRAMS } from "./installer.mjs";
import { setUpWindows } from "./setup.mjs";
import { TARGET } from "./toolchain.mjs";

/** People carry it on sticks and fetch it over phones. */
const LARGEST = 20 * 1024 * 1024;
const STRIP = "x86_64-w64-mingw32-strip";

/** Builds the programs; answers the folder they are in. */
async function build(what) {
  const { cargo, env, folder } = await setUpWindows();
  must(cargo, ["build", "--release", "--locked", "-p", "karcis", "-p", "karcis-app", "--bins"], {
    env: { ...env, ...editionEnv(what) },
  });
  return join(folder, TARGET, "release");
}

/** The programs as they are shipped: without the names only a debugger reads, the window with its mark. */
function shipped(built) {
  const folder = join(built, "shipped");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of PROGRAMS) copyFileSync(join(built, name), join(folder, name));
  must(STRIP, ["--strip-all", join(folder, "karcis.exe"), join(folder, "karcis-cli.exe")]);
  writeFileSync(join(folder, "karcis.exe"), marked(readFileSync(join(folder, "karcis.exe")), "nsis"));
  return folder;
}

if (isMain(import.meta)) {
  await main(async () => {
    const { values } = parseArgs({ options: { webview2: { type: "string" }, packed: { type: "boolean" } } });
    const what = edition();
    const built = values.packed ? join((await setUpWindows()).folder, TARGET, "release") : await build(what);
    const folder = shipped(built);
    const dist = join(root, "dist");
    mkdirSync(dist, { recursive: true });
    const out = join(dist, installerName(what));
    const sign = Boolean(process.env.KARCIS_AUTHENTICODE?.trim());
    const size = packInstaller({ folder, out, edition: what, webview2: values.webview2, sign });
    for (const name of PROGRAMS) console.log(`${name}  ${mebibytes(statSync(join(folder, name)).size)}`);
    console.log(`${out}  ${mebibytes(size)}  commit ${what.commit || "unknown"}${sign ? "" : "  not signed"}`);
    if (size > LARGEST && !values.webview2) throw new Stop(`The installer must stay under ${mebibytes(LARGEST)}.`);
  });
}

function mebibytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
