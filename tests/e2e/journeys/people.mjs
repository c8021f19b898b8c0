// Two people at one PC, by keyboard: a PIN is set, the screen changes hands, locks and opens again, and nothing typed is lost.
import assert from "node:assert/strict";
import { Key } from "../page.mjs";
import { found, practise } from "../steps.mjs";

export const title = "a PIN switches people and opens the locked screen, and what was typed is still there";

const PIN = "402618";

export default async function (page) {
  const { owner, password } = await found(page);
  await practise(page);
  const first = await hire(page, "Siti");

  // F9, the one other person is chosen already, six digits: that is all.
  await page.open("/batches");
  await page.press(Key.F9);
  await focused(page, "pin");
  await asksAllTheTime(page);
  await page.press(PIN);
  await page.sees("#password-form", "");
  await page.settled();
  await page.fill("#current", first);
  await page.fill("#new", "pagar-hijau-sembilan");
  await page.press(Key.ENTER);
  await page.sees(".k-who", "Siti");
  await page.settled();

  // Shift+F9 hides the page; neither Esc nor another address shows it, the PIN does, as it was.
  await page.open("/me/password");
  await page.fill("#new", "belum selesai diketik");
  await page.chord(Key.SHIFT, Key.F9);
  await focused(page, "pin");
  await page.shot("locked");
  await page.press(Key.ESCAPE, Key.ESCAPE, Key.ESCAPE);
  assert.equal(await page.count("#k-lock[open]"), 1);
  assert.equal(await page.run("return getComputedStyle(document.querySelector('.k-door')).visibility"), "hidden");
  await page.press("719405");
  await page.sees("#pin-error", "4");
  await focused(page, "pin");
  await page.press(PIN);
  await page.gone("#k-lock");
  assert.equal(await page.run("return document.querySelector('#new').value"), "belum selesai diketik");

  // A locked screen that is loaded anew is still locked, and somebody else may take it over with their password.
  await page.chord(Key.SHIFT, Key.F9);
  await focused(page, "pin");
  await page.open("/vouchers");
  await page.sees("#lock-title", "");
  await page.click(".k-ways [hx-get^='/switch']");
  await page.sees("#switch-title", "");
  await focused(page, "password");
  await page.press(password, Key.ENTER);
  await page.sees(".k-who", owner);
}

async function hire(page, name) {
  await page.open("/staff/new");
  await page.fill("#name", name);
  await page.click("#hire-form button[type=submit]");
  const first = await page.sees("#first-password-text", /\S/);
  await page.click("#first-password a.btn-primary");
  await page.sees("#person h1", name);
  await page.fill("#pin", PIN);
  await page.click("form[hx-post$='/pin'] button[type=submit]");
  await page.sees("form[hx-post$='/pin']", /Hapus PIN|Remove the PIN/);
  return first;
}

async function focused(page, name) {
  await page.when("return document.activeElement?.name === arguments[0]", name);
  await page.settled();
}

/** From the next deed on the page asks without end, also for whoever was there before: their refusals lead nowhere. */
async function asksAllTheTime(page) {
  await page.run(`
    const ask = () => { htmx.trigger(document.body, "karcis:changed"); setTimeout(ask, 25); };
    document.addEventListener("htmx:beforeSend", (event) => {
      if (event.detail.requestConfig.verb === "post") ask();
    }, { once: true });
  `);
}
