// Updates in the real window: off until somebody says where to look, and a file from a stick that nobody signed stays out.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answer } from "../desktop.mjs";
import { found, routerOfOnesOwn } from "../steps.mjs";

export const title = "updates are off until an address is kept, and an installer without a right signature is not taken";
export const engines = ["window"];

export default async function (page, shop) {
  await found(page);
  await routerOfOnesOwn(page, "later");
  await page.open("/settings/updates");
  await page.sees("#updates-now", "belum ada alamat");
  assert.equal(await page.count("[hx-post='/settings/updates/look']"), 0);
  await page.axe();
  await page.shot("off");

  await page.fill("#address", "http://updates.example/latest.json");
  await page.click("#feed-form button[type=submit]");
  await page.sees("#address-error", "R-921");
  // Nothing answers there, and nothing but this machine is asked.
  await page.fill("#address", "https://127.0.0.1:9/CHANNEL.json");
  await page.fill("#channel", "beta");
  await page.click("#feed-form button[type=submit]");
  await page.gone("#address-error");
  await page.open("/settings/updates");
  assert.equal(await page.run("return document.getElementById('channel').value"), "beta");
  await page.click("[hx-post='/settings/updates/look']");
  // A build of one's own has no key, and says so before it asks anybody; one that has finds nobody there.
  await page.sees("#updates-now", /R-9(33|23)/);
  await page.axe();

  const installer = join(shop.home, "karcis_99.0.0_amd64.deb");
  writeFileSync(installer, "!<arch>\nnot from us");
  await pick(page, installer);
  await page.sees("#updates-now", "R-932");
  writeFileSync(`${installer}.sig`, "bm90IGEgc2lnbmF0dXJl");
  await pick(page, installer);
  await page.sees("#updates-now", /R-9(33|27)/);
  assert.equal(await page.count("[hx-post='/settings/updates/install']"), 0);
  await page.shot("refused");
}

async function pick(page, path) {
  await page.click("[data-native=pick-update]");
  await answer("Open|Buka", "ctrl+l", { type: path }, "Return");
}
