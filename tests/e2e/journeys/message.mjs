// Selling straight to a number by keyboard: the plan, W, the number, Enter. And the guide, found by typing.
import assert from "node:assert/strict";
import { Key } from "../page.mjs";
import { closeShift, found, openShift, plan, practise } from "../steps.mjs";

export const title = "a voucher is sold straight to a number, and the guide is found by typing";
// In the window the chat is opened by the system, which has none here.
export const engines = ["chromium"];

/** Longer than a scanner takes from one key to the next: what follows is typed by a person. */
const UNHURRIED_MS = 150;
const pause = () => new Promise((resolve) => setTimeout(resolve, UNHURRIED_MS));

export default async function (page) {
  await found(page);
  await practise(page);
  await plan(page, 0);
  await plan(page, 1);
  await openShift(page, "50.000");
  await page.run(`window.chats = []; document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='https://wa.me/']");
    if (link) { event.preventDefault(); window.chats.push(link.href); }
  }, true)`);

  await page.press("1");
  await pause();
  await page.press("w");
  await page.when("return document.activeElement.id === 'to-number'");
  await page.axe();
  await page.press("081234567899");
  await page.press(Key.ENTER);
  await page.when("return window.chats.length === 1");
  const [chat] = await page.run("return window.chats");
  const code = await page.run("return document.getElementById('sold-plain').textContent.trim()");
  assert.match(chat, /^https:\/\/wa\.me\/6281234567899\?text=/);
  assert.ok(decodeURIComponent(chat).includes(code), "the message carries the code that stands there");

  // A number that is none is asked for again beside the code, which is sold all the same.
  await page.run("document.activeElement.blur()");
  await page.press("2");
  await pause();
  await page.press("w");
  await page.when("return document.activeElement.id === 'to-number'");
  await page.press("12");
  await page.press(Key.ENTER);
  await page.sees("#sold-message #to-hint", "");
  await page.when("return document.querySelector('#sold-message [aria-invalid=true]') !== null");
  assert.equal(await page.run("return window.chats.length"), 1);

  // Less in the drawer than was left: asked about, answered, opened.
  await closeShift(page, 2, "coba");
  await page.open("/counter");
  await page.fill("#opening", "30.000");
  await page.click("#open-shift button[type=submit]");
  await page.sees("#open-shift fieldset", "");
  await page.axe();
  await page.click("#short-taken_out");
  await page.click("#open-shift button[type=submit]");
  await page.sees("#tiles", "");

  await page.open("/help");
  await page.fill("#text", "kertas habis");
  // What half of the words found may stand there first.
  await page.when("return document.querySelector('#found .k-rows a')?.getAttribute('href') === '/help/printer#paper'");
  await page.click("#found .k-rows a");
  await page.when("return location.pathname === '/help/printer' && location.hash === '#paper'");
  await page.settled();
}
