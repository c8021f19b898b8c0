// Packs the programs into a Debian package. It holds no script of its own: dpkg's triggers refresh menus and icons.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { must, output, root, Stop } from "../machine.mjs";
import { marked, offer } from "./conveyed.mjs";

const ICONS = { "32x32": "32x32.png", "128x128": "128x128.png", "256x256": "128x128@2x.png", "512x512": "icon.png" };
/** The tray's library is opened while the program runs, so that no tool sees it. */
const OPENED_LATER = ["libayatana-appindicator3-1"];

/** A version as Debian compares it: `1.2.3-beta.1` comes before `1.2.3`. */
export const debianVersion = (version) => version.replace("-", "~");

/** The name of the package of a version. */
export const debName = ({ version }) => `karcis_${debianVersion(version)}_amd64.deb`;

/** Packs `karcis` and `karcis-cli` of this folder into `out`; answers the control file. `moment` is the seconds of its files. */
export function packDeb({ folder, out, edition, moment }) {
  const work = mkdtempSync(join(tmpdir(), "karcis-deb-"));
  try {
    const tree = join(work, "tree");
    fill(tree, folder, edition, moment);
    const control = controlFile(tree, work, edition);
    put(tree, "DEBIAN/control", control);
    put(tree, "DEBIAN/md5sums", sums(tree));
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(moment) };
    must("dpkg-deb", ["--root-owner-group", "-Zxz", "--build", tree, resolve(out)], { env, stdio: ["ignore", "ignore", "inherit"] });
    return control;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function fill(tree, folder, edition, moment) {
  put(tree, "usr/bin/karcis", marked(readFileSync(join(folder, "karcis")), "deb"), 0o755);
  put(tree, "usr/bin/karcis-cli", readFileSync(join(folder, "karcis-cli")), 0o755);
  must("strip", ["--strip-all", join(tree, "usr/bin/karcis"), join(tree, "usr/bin/karcis-cli")]);
  put(tree, "usr/share/applications/karcis.desktop", DESKTOP);
  for (const [size, name] of Object.entries(ICONS)) {
    put(tree, `usr/share/icons/hicolor/${size}/apps/karcis.png`, readFileSync(join(root, "icons", name)));
  }
  put(tree, "usr/share/icons/hicolor/scalable/apps/karcis.svg", readFileSync(join(root, "icons/icon.svg")));
  const about = "usr/share/doc/karcis";
  put(tree, `${about}/copyright`, COPYRIGHT);
  put(tree, `${about}/changelog.gz`, gzipSync(changelog(edition, moment), { level: 9 }));
  put(tree, `${about}/SOURCE`, `${offer("id", edition)}\n\n${offer("en", edition)}\n`);
  put(tree, `${about}/LICENSE.gz`, gzipSync(readFileSync(join(root, "LICENSE")), { level: 9 }));
  put(tree, `${about}/THIRD-PARTY-NOTICES.md.gz`, gzipSync(readFileSync(join(root, "THIRD-PARTY-NOTICES.md")), { level: 9 }));
}

function controlFile(tree, work, { version, source }) {
  const size = files(tree).reduce((sum, name) => sum + Math.ceil(statSync(join(tree, name)).size / 1024), 0);
  const lines = [
    "Package: karcis",
    `Version: ${debianVersion(version)}`,
    "Architecture: amd64",
    "Maintainer: The Karcis authors <karcis@invalid>",
    `Installed-Size: ${size}`,
    `Depends: ${[...libraries(tree, work), ...OPENED_LATER].join(", ")}`,
    "Recommends: gnome-keyring, cups-client",
    "Section: misc",
    "Priority: optional",
    ...(source ? [`Homepage: ${source}`] : []),
    "Description: counter of a hotspot business",
    " Vouchers, routers, paper and money for people who sell internet access through",
    " MikroTik routers: makes vouchers, puts them on the router, prints and sells",
    " them, and keeps the books, also while the router or the internet is away.",
  ];
  return `${lines.join("\n")}\n`;
}

/** The packages whose libraries the programs are linked with, and how new they must be. */
function libraries(tree, work) {
  put(work, "debian/control", "Source: karcis\n\nPackage: karcis\nArchitecture: any\n");
  const programs = ["karcis", "karcis-cli"].map((name) => `-e${join(tree, "usr/bin", name)}`);
  const printed = output("dpkg-shlibdeps", ["-O", ...programs], { cwd: work, stdio: ["ignore", "pipe", "inherit"] });
  const found = /^shlibs:Depends=(.+)$/m.exec(printed ?? "")?.[1];
  if (!found) throw new Stop("dpkg-shlibdeps (package dpkg-dev) could not tell which libraries the programs need.");
  return found.split(", ");
}

const sums = (tree) =>
  files(tree)
    .filter((name) => !name.startsWith("DEBIAN/"))
    .map((name) => `${createHash("md5").update(readFileSync(join(tree, name))).digest("hex")}  ${name}\n`)
    .join("");

const files = (tree) => readdirSync(tree, { recursive: true }).filter((name) => statSync(join(tree, name)).isFile()).sort();

function put(tree, name, bytes, mode = 0o644) {
  const path = join(tree, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, bytes);
  chmodSync(path, mode);
}

function changelog({ version, commit }, moment) {
  const date = new Date(moment * 1000).toUTCString().replace("GMT", "+0000");
  return `karcis (${debianVersion(version)}) stable; urgency=medium\n\n  * Built from commit ${commit || "unknown"}.\n\n -- The Karcis authors <karcis@invalid>  ${date}\n`;
}

const DESKTOP = `[Desktop Entry]
Type=Application
Name=Karcis
GenericName=Hotspot voucher counter
GenericName[id]=Kasir voucher hotspot
Comment=Vouchers, routers, paper and money of a hotspot business
Comment[id]=Voucher, router, cetakan, dan uang usaha hotspot
Exec=karcis
Icon=karcis
Terminal=false
Categories=Office;Finance;
Keywords=voucher;hotspot;mikrotik;wifi;kasir;
StartupWMClass=karcis
StartupNotify=true
`;

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Karcis

Files: *
Copyright: The Karcis authors
License: AGPL-3.0-only
 The program is under the GNU Affero General Public License, version 3 only.
 Its text is in LICENSE.gz beside this file. Where the source of exactly this
 package is offered stands in SOURCE; the work of others inside, and its terms,
 in THIRD-PARTY-NOTICES.md.gz.
`;
