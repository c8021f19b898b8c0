// What only the window can do: a sheet goes where the dialog says, or to the viewer, and a picked picture into the books.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/machine.mjs";
import { answer } from "../desktop.mjs";
import { found, routerOfOnesOwn } from "../steps.mjs";

export const title = "a sheet is saved where the dialog says, opened in the viewer, and a logo is picked";
export const engines = ["window"];

const MEASURING_SHEET = "calibration-a4-p0-p0";

export default async function (page, shop) {
  await found(page);
  await routerOfOnesOwn(page, "later");
  const native = nativeOn(page);

  await native("save-sheet", MEASURING_SHEET);
  await answer("Save|Simpan", "Escape");
  assert.equal((await native.heard()).outcome, "cancelled");

  const path = join(shop.home, "Lembar ukur.pdf");
  await native("save-sheet", MEASURING_SHEET);
  await answer("Save|Simpan", "ctrl+a", { type: path }, "Return");
  const saved = await native.heard();
  assert.deepEqual([saved.outcome, saved.path], ["done", path]);
  assert.equal(readFileSync(path).subarray(0, 5).toString(), "%PDF-");

  await native("open-sheet", MEASURING_SHEET);
  const opened = await shop.opens(/\.pdf$/);
  assert.deepEqual(readFileSync(opened), readFileSync(path));
  assert.equal((await native.heard()).outcome, "done");

  // Where sheets cannot go to a printer without a dialog, the viewer gets them.
  await native("print-sheet", MEASURING_SHEET);
  const instead = await shop.opens(/\(2\)\.pdf$/);
  assert.deepEqual(readFileSync(instead), readFileSync(path));
  assert.equal((await native.heard()).outcome, "opened");

  const picture = join(shop.home, "logo.png");
  copyFileSync(join(root, "icons/32x32.png"), picture);
  await page.open("/settings");
  await page.run("window.before = true");
  await page.click("[data-native=pick-logo]");
  // A path typed straight into the list would open the same field, but lose what is typed meanwhile.
  await answer("Open|Buka", "ctrl+l", { type: picture }, "Return");
  await page.when("return !window.before && document.querySelector('img[src*=logo]')?.naturalWidth > 0");
  await page.shot("logo");

  // What was opened in a viewer shows codes that are worth money: the next start forgets it.
  await shop.reopen();
  assert.equal(existsSync(opened), false);
}

/** Presses a control with the given native command, as any page may carry one, and hears how it ended. */
function nativeOn(page) {
  const press = (command, print) =>
    page.run(
      `window.heard = undefined;
       const button = Object.assign(document.createElement("button"), { type: "button" });
       Object.assign(button.dataset, { native: arguments[0], print: arguments[1], name: "Lembar ukur" });
       button.addEventListener("karcis:native", (event) => { window.heard = event.detail; button.remove(); });
       document.body.append(button);
       button.click();`,
      command,
      print,
    );
  press.heard = () => page.when("return window.heard");
  return press;
}
