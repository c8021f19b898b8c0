// Putting a guest off by keyboard, while the list is drawn anew every few seconds.
import assert from "node:assert/strict";
import { Key } from "../page.mjs";
import { found, practise, router, steer, tabTo } from "../steps.mjs";

export const title = "a guest is put off by keyboard, whatever is drawn anew meanwhile";
export const engines = ["chromium"];

const LIST = "/ip/hotspot/active/print";
const focused = "return document.activeElement.id";

export default async function (page, shop) {
  await found(page);
  await practise(page);
  const control = await router(page, shop, "Kafe", ["--fixture", "small_cafe"]);
  const guests = (count) => page.when("return document.querySelectorAll('#online tbody tr').length === arguments[0]", count);
  const asked = async () => (await steer(control, { op: "commands", path: LIST })).count;
  const another = async () => {
    for (const before = await asked(); (await asked()) === before; ) await page.painted();
    await page.settled();
  };
  await guests(12);

  // A button keeps the focus when the list takes the place of the one before.
  await tabTo(page, "#online tbody tr:first-child button");
  const button = await page.run(focused);
  await another();
  await page.when(`${focused} === arguments[0]`, button);

  // The question is answered about what was asked, however long that takes.
  await page.press(Key.ENTER);
  await page.sees("#k-confirm[open]", "");
  assert.equal(await page.run("return document.activeElement.value"), "no", "nothing ends by a second Enter");
  await another();
  await tabTo(page, "#k-confirm-yes");
  await page.press(Key.ENTER);
  await guests(11);
  assert.equal((await steer(control, { op: "rows", path: "/ip/hotspot/active" })).rows.length, 11);
  await page.when("return document.activeElement === document.querySelector('#online h2')");

  // A router that has gone away meanwhile: nothing is put off for later.
  await tabTo(page, "#online tbody tr:first-child button");
  await page.press(Key.ENTER);
  await page.sees("#k-confirm[open]", "");
  await steer(control, { op: "reboot", how: "power-cut", "down-secs": 3_600 });
  await page.click("#k-confirm-yes");
  await page.sees("#notice", "R-146");
}
