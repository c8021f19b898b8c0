import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dialog, keys, type } from "../desktop.mjs";

export const title = "a sheet is saved where the dialog says";
export const engines = ["window"];

export default async function (page, shop) {
  await page.sees("h1", "Karcis");
  await page.run("window.heard = []; addEventListener('karcis:native', (e) => { window.heard.push(e.detail) })");
  const heard = (n) => page.when("return window.heard[arguments[0]]", n);
  await page.click("#save");
  await dialog("Save File|Simpan");
  await keys("Escape");
  assert.equal((await heard(0)).outcome, "cancelled");
  const path = join(shop.home, "lembar.pdf");
  await page.click("#save");
  await dialog("Save File");
  await keys("ctrl+a");
  await type(path);
  await keys("Return");
  const saved = await heard(1);
  assert.deepEqual([saved.outcome, saved.path], ["done", path]);
  assert.equal(readFileSync(path, "utf8"), "%PDF-1.4 0193e7a0");
}
