// Packs the programs for Windows into one installer.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { must, root, Stop } from "../machine.mjs";
import { authenticode } from "../release/authenticode.mjs";
import { offer } from "../release/conveyed.mjs";

/** The programs that go into the installer, as cargo builds them. */
export const PROGRAMS = ["karcis.exe", "karcis-cli.exe", "WebView2Loader.dll"];
/** This one carries Microsoft's own signature. */
const MICROSOFTS = "WebView2Loader.dll";
/** What a program is started with: by Windows when somebody signs in, and by a set-up that needs it to end. */
const SWITCHES = { AUTOSTART_SWITCH: "--hidden", QUIT_SWITCH: "--quit" };
/**
 * Makes an installer `out` of the programs in `folder`. `webview2` is Microsoft's set-up to take along, `quick` packs
 * loosely, `sign` signs what Windows asks the publisher of. Answers its size in bytes.
 */
export function packInstaller({ folder, out, edition, webview2, quick = false, sign = false, work = `${out}.parts` }) {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const name of PROGRAMS) {
    if (!existsSync(join(folder, name))) throw new Stop(`${join(folder, name)} has not been built.`);
    copyFileSync(join(folder, name), join(work, name));
    if (sign && name !== MICROSOFTS) authenticode(join(work, name));
  }
  writeFileSync(join(work, "LICENSE.txt"), windowsText(read("LICENSE")));
  writeFileSync(join(work, "THIRD-PARTY-NOTICES.md"), windowsText(read("THIRD-PARTY-NOTICES.md")));
  writeFileSync(join(work, "SOURCE.txt"), windowsText(`${offer("id", edition)}\n\n${offer("en", edition)}\n`));
  for (const language of ["id", "en"]) {
    writeFileSync(join(work, `licence-${language}.txt`), windowsText(`${offer(language, edition)}\n\n${read("LICENSE")}`));
  }
  const kilobytes = PROGRAMS.reduce((sum, name) => sum + statSync(join(work, name)).size / 1024, 0);
  const words = {
    VERSION: edition.version,
    ORDER: edition.order,
    COMMIT: edition.commit || "unknown",
    SHORT_COMMIT: shortened(edition.commit),
    SOURCE: edition.source,
    BIN: work,
    DOCS: work,
    ICON: join(root, "icons/icon.ico"),
    PICTURE: join(root, "icons/128x128.png"),
    PANEL: join(root, "icons/setup-panel.bmp"),
    KILOBYTES: Math.ceil(kilobytes),
    OUT: resolve(out),
    ...SWITCHES,
    ...(webview2 ? { WEBVIEW2: resolve(webview2) } : {}),
    ...(quick ? { QUICK: 1 } : {}),
    // The uninstaller is made inside makensis.
    ...(sign ? { SIGN: `${process.execPath} ${join(root, "scripts/release/authenticode.mjs")}` } : {}),
  };
  const defines = Object.entries(words).map(([name, word]) => `-D${name}=${word}`);
  must("makensis", ["-V2", "-WX", "-INPUTCHARSET", "UTF8", ...defines, "installer.nsi"], { cwd: join(root, "scripts/windows/installer") });
  if (sign) authenticode(out);
  rmSync(work, { recursive: true });
  return statSync(out).size;
}

/** The name of the installer of a version. */
export const installerName = ({ version }) => `karcis_${version}_x64-setup.exe`;

const shortened = (commit) => (commit ? commit.replace(/^([0-9a-f]{10})[0-9a-f]*/, "$1") : "unknown");
const read = (name) => readFileSync(join(root, name), "utf8");
/** Old editors of Windows want a mark at the start and both characters at the end of a line. */
const windowsText = (text) => `\ufeff${text.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n")}`;
