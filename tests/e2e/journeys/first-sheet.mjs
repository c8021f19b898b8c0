// The whole first job of a new user: from the first start to a printed sheet, on the practice router.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { batch, bytes, found, onRouter, plan, practise, print } from "../steps.mjs";

export const title = "a new user makes a batch and prints a sheet that logs phones in";

export default async function (page) {
  await page.shot("first-start");
  await found(page);
  await page.shot("router");
  await practise(page);
  await page.shot("dashboard");
  await plan(page);
  await page.shot("plans");
  const address = await batch(page, 60);
  await page.shot("batch-under-way");
  await onRouter(page);
  await page.sees("#progress", "60");
  await page.shot("batch-ready");
  const sheet = await print(page, address);
  await page.shot("printed");

  const pdf = await bytes(page, sheet);
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const file = join(page.folder, "sheet.pdf");
  writeFileSync(file, pdf);
  const text = spawnSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).stdout;
  assert.equal(text.match(/[0-9A-Z]{4}-[0-9A-Z]{4}/g)?.length, 60, "every card has its code");
  assert.equal(new Set(text.match(/[0-9A-Z]{4}-[0-9A-Z]{4}/g)).size, 60, "no code twice");

  await print(page, address);
  await page.sees("#outcome", /SALINAN|COPY/);

  const code = text.match(/[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
  await page.open("/vouchers");
  await page.press("/");
  await page.press(code.toLowerCase());
  await page.sees("main", code);
  await page.shot("found");
}
