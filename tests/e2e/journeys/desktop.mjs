// How the window lives on its computer: one at a time, started with it, and closed to the icon beside the clock.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { answer, close, showing } from "../desktop.mjs";
import { found, routerOfOnesOwn } from "../steps.mjs";
import { openTray } from "../tray.mjs";
import { within } from "../within.mjs";

export const title = "the window starts once and with the computer, and closing it ends the program only where nothing shows its icon";
export const engines = ["window"];

const KARCIS = "^Karcis$";
const TOLD = "^Karcis tetap bekerja$";
const STARTED_MS = 60_000;

export default async function (page, shop) {
  await found(page);
  await routerOfOnesOwn(page, "later");
  await startsWithTheComputer(page, shop);

  const { pid, bus } = shop.window();
  const again = async (...args) => assert.equal(await within(STARTED_MS, shop.startAgain(args).exited, "the second start"), 0);
  await again();
  assert.equal(shop.window().pid, pid, "the first one is still the only one");

  const tray = await openTray(bus);
  await within(STARTED_MS, tray.registered, "the icon");
  await within(STARTED_MS, toldOfTheIcon(page), "the word of the icon on the page");
  await close(KARCIS);
  await answer(TOLD, "Escape");
  await showing(KARCIS, 0);
  await again("--hidden");
  await showing(KARCIS, 0);
  await again();
  await showing(KARCIS, 1);
  await close(KARCIS);
  await showing(KARCIS, 0);
  await showing(TOLD, 0);
  tray.close();
  await showing(KARCIS, 1);

  await close(KARCIS);
  const ended = async () => {
    while (existsSync(`/proc/${pid}/exe`)) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await within(STARTED_MS, ended(), "the end of the program");
}

/** The desktop hears of the icon a moment before the program knows that it is there. */
async function toldOfTheIcon(page) {
  do await page.open("/settings/desktop");
  while (!(await page.text("#stays-hint")).includes("dibuka lagi dari ikon"));
}

async function startsWithTheComputer(page, shop) {
  const entry = join(shop.home, ".config/autostart/karcis.desktop");
  await page.open("/settings/desktop");
  await page.sees("#desktop-form", "menutup jendela mengakhiri Karcis");
  await page.axe();
  await page.shot("this-computer");
  assert.equal(existsSync(entry), false);
  await page.click("#autostart");
  await page.when("return document.getElementById('autostart').checked && !document.querySelector('.htmx-request')");
  assert.match(readFileSync(entry, "utf8"), /^Exec=".*\/karcis" --hidden$/m);
  await page.click("#autostart");
  await page.when("return !document.getElementById('autostart').checked && !document.querySelector('.htmx-request')");
  assert.equal(existsSync(entry), false);
}
