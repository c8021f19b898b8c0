// A day at the counter without a mouse: a shift is opened, thirty are sold, one is undone, one voided, and the drawer is
// closed with a difference. The router is a pretend one, but not a practice router: its sales are money.
import assert from "node:assert/strict";
import { Key } from "../page.mjs";
import { found, plan, router, sell, tabTo, watchTheClock } from "../steps.mjs";

export const title = "a cashier opens, sells thirty, undoes, voids and closes with a difference, by keyboard only";
export const options = { limitMs: 240_000 };

const FLOAT = 50_000;
const SALES = 30;

export default async function (page, shop) {
  await found(page);
  await page.click("[hx-post='/start/router'] button[value=own]");
  await page.when("return !location.pathname.startsWith('/start')");
  await router(page, shop);
  for (const example of [0, 1, 2]) await plan(page, example);
  const prices = [2_000, 5_000, 25_000];

  await page.open("/");
  await page.press(Key.F1);
  await page.when("return location.pathname === '/counter'");
  await page.sees("#open-shift", "");
  await page.shot("opening");
  for (const digit of String(FLOAT)) await page.press(digit);
  await page.press(Key.ENTER);
  await page.sees("#tiles", "");
  await page.settled();
  await page.shot("open");

  await sellHastily(page);
  await answerTheQuestion(page);
  await watchTheClock(page);
  const codes = [];
  let sold = prices[0] + 2 * prices[1] + 2 * prices[2];
  for (let sale = 0; sale < SALES; sale += 1) {
    const place = sale % 3;
    const typed = sale % 5 === 4 ? ["5", "0"] : [];
    codes.push(await sell(page, String(place + 1), ...typed));
    sold += prices[place];
  }
  assert.equal(new Set(codes).size, SALES, "every customer has a code of their own");
  await page.sees("#shift-line", String(SALES + 5));
  await page.shot("thirty-sold");
  const times = (await page.run("return window.karcisTimes")).sort((a, b) => a - b);
  assert.ok(times.length >= SALES, "every sale was timed");
  console.log(`      key press to code on screen: median ${times[Math.floor(times.length / 2)]} ms, slowest ${times.at(-1)} ms`);

  await page.chord(Key.CONTROL, "z");
  await page.sees("#sold .k-undone", "");
  sold -= prices[(SALES - 1) % 3];
  await page.shot("undone");

  await voidByKeyboard(page, codes[3]);
  sold -= prices[3 % 3];
  await page.shot("voided");

  const counted = FLOAT + sold - 1_000;
  const shift = await countAndClose(page, counted);
  assert.match(shift, /^\/shifts\/[0-9a-f-]{36}$/);
  await page.sees("main", "-Rp 1.000");
  await page.sees("main", "kurang seribu");
  assert.match(await page.text(".k-audit-head b"), /^[0-9a-f]{10}$/, "the head of the audit trail stands on the slip");
  await page.shot("closed");
  await page.press(Key.F1);
  await page.sees("#open-shift", "");
  const left = await page.run("return document.getElementById('opening').value");
  assert.equal(Number(left.replace(/\D/g, "")), counted, "what was left in the drawer is the next float");
}

/** Presses the keys of three customers without waiting for an answer: nobody is lost, nobody is served twice. */
async function sellHastily(page) {
  await page.press("1", Key.ENTER, "2", Key.ENTER, "3");
  await page.sees("#shift-line", / 2 terjual/);
  await page.when("return document.getElementById('ticket-name').textContent === '7 Hari' && !document.getElementById('ticket-chosen').hidden");
  await page.press(Key.ENTER);
  await page.sees("#shift-line", / 3 terjual/);
  await page.settled();
  const plans = await page.run("return [...document.querySelectorAll('#latest tbody .k-wide')].map((it) => it.textContent)");
  assert.deepEqual(plans, ["7 Hari", "1 Hari", "2 Jam"], "each has what they asked for, in order");
}

/**
 * The same plan again, and another behind it. Who says no to "2 voucher?" finds the other on the ticket, unsold; who says
 * yes has sold both.
 */
async function answerTheQuestion(page) {
  await sellTheSameAndAnother(page);
  await page.press(Key.ESCAPE);
  await page.gone("#dialog dialog");
  await page.sees("#ticket-name", "1 Hari");
  await page.press(Key.ESCAPE);
  await page.sees("#shift-line", / 3 terjual/);
  await sellTheSameAndAnother(page);
  await page.press(Key.ENTER);
  await page.sees("#shift-line", / 4 terjual/);
  // The other was sold a moment ago as well: on a quick machine it is asked about in its turn.
  await page.when("return / 5 terjual/.test(document.getElementById('shift-line').textContent) || document.querySelector('#dialog dialog[data-readable]')");
  if ((await page.count("#dialog dialog[data-readable]")) > 0) await page.press(Key.ENTER);
  await page.sees("#shift-line", / 5 terjual/);
  await page.settled();
  const plans = await page.run("return [...document.querySelectorAll('#latest tbody .k-wide')].map((it) => it.textContent)");
  assert.deepEqual(plans.slice(0, 2), ["1 Hari", "7 Hari"], "what waited was sold after what was asked about");
}

/**
 * Presses the keys of two customers within one moment, so that no answer comes in between, and sees the question. An Enter
 * that comes the very moment it appears, from a cashier who has not looked yet, does not answer it.
 */
async function sellTheSameAndAnother(page) {
  await page.run(`
    const enter = { key: "Enter", bubbles: true, cancelable: true };
    document.addEventListener("htmx:afterSettle", () => {
      const yes = document.querySelector("#dialog dialog[open] button[type=submit]");
      if (yes && window.hasty === undefined) window.hasty = yes.dispatchEvent(new KeyboardEvent("keydown", enter));
    });
    delete window.hasty;
    for (const key of ["3", "Enter", "2", "Enter"]) {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }`);
  await page.sees("#dialog dialog[data-readable]", "2 voucher?");
  assert.equal(await page.run("return window.hasty"), false, "an Enter before anybody can have read it is no answer");
}

/** Finds the sale by its code, opens it and voids it: the router is asked and says that nobody has used it. */
async function voidByKeyboard(page, code) {
  await page.press(Key.F3);
  await page.sees("#find[open]", "");
  for (const letter of code) await page.press(letter);
  await page.press(Key.ENTER);
  await page.sees("#found .k-list", "");
  await tabTo(page, "#found a[href^='/sales/']");
  await page.press(Key.ENTER);
  await page.when("return location.pathname.startsWith('/sales/')");
  await page.settled();
  await tabTo(page, "#void");
  await page.press(Key.ENTER);
  await page.sees("dialog[open] .k-found", /belum pernah dipakai|never used/);
  await tabTo(page, "dialog[open] [name=reason]");
  await page.press(Key.SPACE);
  await tabTo(page, "dialog[open] button[type=submit]");
  await page.press(Key.ENTER);
  await page.gone("dialog[open]");
  await page.sees("#sale .timeline", /Dibatalkan oleh|Voided by/);
}

/** Counts this much, blind, writes why it differs, closes, and answers the address of the closed shift. */
async function countAndClose(page, amount) {
  await page.press(Key.F1);
  await page.when("return location.pathname === '/counter'");
  await page.settled();
  await page.press(Key.F8);
  await page.when("return location.pathname === '/shift'");
  await page.settled();
  const before = await page.text("main");
  assert.ok(!/Seharusnya|Expected/.test(before), "a count is blind");
  await tabTo(page, "main a[href='/shift/count']");
  await page.press(Key.ENTER);
  await page.when("return location.pathname === '/shift/count'");
  await page.settled();
  let left = amount;
  for (const worth of [100_000, 75_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100]) {
    const pieces = Math.floor(left / worth);
    left -= pieces * worth;
    for (const digit of String(pieces)) await page.press(digit);
    await page.press(Key.ENTER);
  }
  assert.equal(left, 0, "the amount can be counted in notes and coins");
  await page.shot("counted");
  await page.press(Key.ENTER);
  await page.when("return location.pathname === '/shift'");
  await page.sees("#closing .k-difference", "Rp 1.000");
  await page.shot("difference");
  await tabTo(page, "#handed_over");
  await page.press("0");
  await page.press(Key.TAB);
  for (const letter of "kurang seribu") await page.press(letter);
  await page.press(Key.ENTER);
  await page.when("return location.pathname.startsWith('/shifts/')");
  await page.settled();
  return page.path();
}
