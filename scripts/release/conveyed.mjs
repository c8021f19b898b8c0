// What goes with every program that is handed on: where its source is, and the mark by which it knows how it was installed.
import { Stop } from "../machine.mjs";

/** By this mark tauri's updater knows how it was installed; cargo leaves it open. See `tauri_utils::platform::bundle_type`. */
const OPEN_MARK = "__TAURI_BUNDLE_TYPE_VAR_UNK";
const MARKS = { nsis: "__TAURI_BUNDLE_TYPE_VAR_NSS", deb: "__TAURI_BUNDLE_TYPE_VAR_DEB" };

/** The bytes of a window that knows how it was installed. A program with no open mark, or several, is of another tauri. */
export function marked(program, kind) {
  const bytes = Buffer.from(program);
  const at = bytes.indexOf(OPEN_MARK);
  if (at < 0 || bytes.indexOf(OPEN_MARK, at + 1) >= 0) {
    throw new Stop(`The window does not carry ${OPEN_MARK} exactly once: has tauri changed its mark?`);
  }
  bytes.write(MARKS[kind], at, "latin1");
  return bytes;
}

/** The name of the archive that holds the source of a version. */
export const sourceName = ({ version }) => `karcis-${version}-source.tar.gz`;

/** Where the source is, as the licence asks of whoever hands a program on (AGPL section 6). */
export function offer(language, { version, commit, source }) {
  const archive = sourceName({ version });
  if (language === "id") {
    return [
      `Karcis ${version}`,
      "Karcis adalah perangkat lunak bebas: Anda boleh memakai, menyalin, dan mengubahnya menurut GNU Affero General Public License versi 3. Tanpa jaminan apa pun.",
      `Kode sumber program ini (commit ${commit || "tidak diketahui"}) tersedia tanpa biaya di ${source || "tempat asal program ini"}, dengan nama ${archive}.`,
      "Siapa pun yang membagikan program ini harus membagikan kode sumber itu juga, atau memberi tahu di mana tempatnya.",
    ].join("\n\n");
  }
  return [
    `Karcis ${version}`,
    "Karcis is free software: you may use, copy and change it under the GNU Affero General Public License, version 3. It comes without any warranty.",
    `The source code of this program (commit ${commit || "unknown"}) is offered free of charge at ${source || "the place this program came from"}, under the name ${archive}.`,
    "Whoever hands this program on hands on that source too, or says where it is.",
  ].join("\n\n");
}
