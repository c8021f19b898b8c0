// A start that cannot succeed says why, in both languages, in a dialog and on the terminal.
import assert from "node:assert/strict";
import { answer, showing } from "../desktop.mjs";

const DIALOG = "^Karcis$";

export const title = "a data folder that cannot be written is explained instead of a window";
export const engines = ["window"];
export const options = { open: false };

export default async function (_page, shop) {
  // The window of whoever was here before has the same title.
  await showing(DIALOG, 0);
  const start = shop.launch("karcis", [], { KARCIS_DATA: "/proc/karcis" });
  await answer(DIALOG, "Escape");
  assert.equal(await start.exited, 1);
  assert.match(shop.printed(), /\/proc\/karcis[^]*\n\n[^]*\/proc\/karcis/, "the folder is named in both languages");
}
