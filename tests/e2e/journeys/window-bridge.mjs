// The placeholder page: a form, a change heard from Rust, refusals of the bridge.
import assert from "node:assert/strict";

export const title = "a form is answered, a change is heard, a wrong print is refused";

export default async function (page, shop) {
  await page.sees("h1", "Karcis");
  await page.fill("#name", "Siti <3");
  await page.click("#sell");
  await page.sees("#said", "Terjual kepada Siti 3");
  await page.shot("sold");
  await page.axe();
  if (shop.engine !== "window") return;
  await page.sees("#sold", "1 terjual");
  assert.equal(await page.run("return document.documentElement.dataset.shell"), "window");
  await page.run("addEventListener('karcis:native', (e) => { window.heard = e.detail })");
  await page.click("#bad");
  const heard = await page.when("return window.heard");
  assert.deepEqual([heard.outcome, heard.code], ["refused", "W-104"]);
  await page.click("a[href^=https]");
  assert.equal(await shop.opens(/^https/), "https://example.com/");
  await page.run("const b = document.querySelector('#save'); b.dataset.native = 'open-sheet'; b.click()");
  assert.match(await shop.opens(/pdf$/), /\/opened\/Lembar 7\.pdf$/);
  await page.click("#stay");
  await page.sees("body", "1 terjual");
  assert.equal(await page.path(), "/sold");
}
