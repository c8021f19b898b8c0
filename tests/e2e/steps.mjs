// What people do in a new shop, step by step; journeys are told with these.
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { Key } from "./page.mjs";

const OWNER = "Pemilik Contoh";
const PASSWORD = "kuda-lumping-hijau-17";
const PASSPHRASE = "sawah luas di kaki gunung";
const ROUTER_MS = 180_000;
const TABS = 200;
const TRIES = 5;

/**
 * First start: names the shop, makes the owner, keeps the recovery key and gives the data key its home. `look` is called on
 * every step before it is taken.
 */
export async function found(page, look = async () => {}) {
  await look();
  await page.fill("#name", "Warnet Contoh");
  await page.click("#shop-form button[type=submit]");
  await page.sees("#owner-form", "");
  await look();
  await page.fill("#owner-form [name=name]", OWNER);
  await page.fill("#owner-form [name=password]", PASSWORD);
  await page.click("#owner-form button[type=submit]");
  await page.sees("#recovery-form", "");
  await look();
  const groups = await page.run("return [...document.querySelectorAll('.k-groups span')].map((group) => group.textContent)");
  await page.fill("#recovery-form input", groups.at(-1));
  await page.click("#recovery-form button[type=submit]");
  await page.sees("#passphrase-form", "");
  await look();
  if ((await page.count("[hx-post='/start/keyring']")) > 0) {
    await page.click("[hx-post='/start/keyring'] button");
  } else {
    await page.fill("#passphrase-form input", PASSPHRASE);
    await page.click("#passphrase-form button[type=submit]");
  }
  await page.sees("[hx-post='/start/router']", "");
  await look();
  return { owner: OWNER, password: PASSWORD, passphrase: PASSPHRASE, recovery: groups };
}

/** Leaves, so that the door is shown. */
export async function signOut(page) {
  await page.click("details[data-menu] summary");
  await page.click("button[hx-post='/sign-out']");
  await page.sees("#sign-in-form", "");
}

/** Comes in as the owner. */
export async function signIn(page) {
  await page.fill("#sign-in-form [name=name]", OWNER);
  await page.fill("#sign-in-form [name=password]", PASSWORD);
  await page.click("#sign-in-form button[type=submit]");
  await page.gone("#sign-in-form");
}

/** Takes the practice router and waits until Karcis has spoken with it. */
export async function practise(page) {
  await page.click("[hx-post='/practice'] button");
  await afterTheFirstStart(page);
}

/** Answers the last question of the first start: the shop has a router of its `own`, or sees to that `later`. */
export async function routerOfOnesOwn(page, when) {
  await page.click(`[hx-post='/start/router'] button[value=${when}]`);
  await afterTheFirstStart(page);
}

/** The question stands at the address of the dashboard: only the page itself tells that it was answered. */
async function afterTheFirstStart(page) {
  await page.gone("[hx-post='/start/router']");
  await page.settled();
}

/**
 * Adds a router of the shop's own, a pretend one on this machine: its sales are money, unlike those of practice. Answers the
 * port it is steered by.
 */
export async function router(page, shop, name = "Warung-1", more = []) {
  const args = ["--plain", "127.0.0.1:0", "--control", "127.0.0.1:0", "--user", "karcis", "--password", "rahasia", ...more];
  const [port, control] = await shop.lines("routeros-sim", args, /^plain 127\.0\.0\.1:(\d+)/, /^control 127\.0\.0\.1:(\d+)/);
  await page.open("/routers/new");
  await page.fill("#name", name);
  await page.fill("#host", "127.0.0.1");
  await page.fill("#port", port);
  if (await page.run("return document.getElementById('tls').checked")) await page.click("label[for=tls]");
  await page.click("label[for=plain]");
  await page.fill("#user", "karcis");
  await page.fill("#password", "rahasia");
  await page.click("#router-form button[type=submit]");
  await page.when("return /^\\/routers\\/[0-9a-f-]{36}$/.test(location.pathname)");
  await page.settled();
  return control;
}

/** Asks a pretend router something on the port it is steered by, and answers what it says. */
export async function steer(control, request) {
  const socket = connect(Number(control), "127.0.0.1");
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    const [line] = await once(createInterface({ input: socket }), "line");
    const answer = JSON.parse(line);
    if (!answer.ok) throw new Error(`${request.op}: ${answer.error}`);
    return answer;
  } finally {
    socket.destroy();
  }
}

/** Puts another device in the place of a pretend router. */
export async function exchange(control) {
  const { snapshot } = await steer(control, { op: "snapshot" });
  const other = JSON.stringify(snapshot).replace(/("serial-number":\s*")[^"]*/g, "$1HE1097ZK2P4");
  await steer(control, { op: "restore", snapshot: JSON.parse(other) });
  await steer(control, { op: "close-connections" });
}

/** Opens a shift at the only counter with this float. */
export async function openShift(page, float) {
  await page.open("/counter");
  await page.fill("#opening", float);
  await page.click("#open-shift button[type=submit]");
  await page.sees("#tiles", "");
  await page.settled();
}

/** Sells one of the plan with this key, by keyboard, and answers the code that is then on the screen. */
export async function sell(page, key, ...typed) {
  const before = await page.run("return document.getElementById('sold-receipt')?.value ?? ''");
  await page.press(key);
  for (const digit of typed) await page.press(digit);
  await page.press(Key.ENTER);
  const sold = "const it = document.getElementById('sold-receipt'); return it && it.value !== arguments[0]";
  await page.when(`if (document.querySelector('#dialog dialog[open][data-readable]')) return true; ${sold}`, before);
  // The same plan within two seconds is asked about.
  if ((await page.count("#dialog dialog[open][data-readable]")) > 0) await page.press(Key.ENTER);
  await page.when(sold, before);
  await page.settled();
  return page.run("return document.getElementById('sold-plain').textContent.trim()");
}

/**
 * Sells one of the plan with this key and confirms it again in the very moment in which it is sold, then presses what is
 * behind it; answers once "2 voucher?" can be answered, and then what was sold. Where more than the two seconds of the
 * question went by between the two, nothing is asked, and it is done once more. An Enter that comes the very moment the
 * question appears, from a cashier who has not looked yet, must not answer it.
 */
export async function sellTwice(page, key, ...behind) {
  const sold = [];
  for (let tried = 0; tried < TRIES; tried += 1) {
    await page.run(SELL_TWICE, key, behind);
    const question = "document.querySelector('#dialog dialog[open][data-readable]')";
    const sales = behind.length > 0 ? 3 : 2;
    await page.when(`return window.karcisTwice.sales > 0 && (Boolean(${question}) || window.karcisTwice.sales >= arguments[0])`, sales);
    const twice = await page.run(`return { ...window.karcisTwice, asked: Boolean(${question}) }`);
    sold.push(key);
    if (twice.sales === 1) {
      if (twice.hasty !== false) throw new Error("an Enter before anybody can have read the question is an answer to it");
      return sold;
    }
    sold.push(...[key, ...behind].slice(0, twice.sales - 1));
    if (twice.asked) await page.press(Key.ESCAPE);
    await page.gone("#dialog dialog");
    await page.press(Key.ESCAPE);
    await page.settled();
  }
  throw new Error(`between a sale and the next more than two seconds went by, ${TRIES} times`);
}

const SELL_TWICE = `
  const [key, behind] = arguments;
  const twice = window.karcisTwice = { sales: 0 };
  const question = () => document.querySelector("#dialog dialog");
  const press = (keys) => keys.forEach((key) => {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
  const confirm = (keys) => press(keys.flatMap((key) => [key, "Enter"]));
  const again = () => question() ? setTimeout(again) : confirm([key, ...behind]);
  document.addEventListener("karcis:sold", () => {
    if (twice !== window.karcisTwice) return;
    twice.sales += 1;
    if (twice.sales === 1) setTimeout(again);
  });
  document.addEventListener("htmx:afterSettle", () => {
    const yes = document.querySelector("#dialog dialog[open] button[type=submit]");
    if (!yes || twice !== window.karcisTwice) return;
    // It may have been sold a moment ago already.
    if (twice.sales === 0) yes.click();
    else twice.hasty ??= yes.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  });
  confirm([key]);
`;

/** Notes for every Enter how long it takes until another code stands on the screen, in `karcisTimes`. */
export async function watchTheClock(page) {
  await page.run(`
    window.karcisTimes = [];
    let pressed = 0;
    let before;
    const receipt = () => document.querySelector("#sold:has(.k-hugecode) #sold-receipt")?.value;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter") [pressed, before] = [performance.now(), receipt()];
    }, true);
    new MutationObserver(() => {
      if (pressed === 0 || [undefined, before].includes(receipt())) return;
      const since = pressed;
      pressed = 0;
      requestAnimationFrame(() => window.karcisTimes.push(Math.round(performance.now() - since)));
    }).observe(document.getElementById("sold"), { childList: true });
  `);
}

/** Counts so many notes of 50,000, writes why the drawer differs, and closes the shift; answers its address. */
export async function closeShift(page, notes, why) {
  await count(page, notes);
  await page.fill("#handed_over", "0");
  await page.fill("#note", why);
  await page.click("#close-form button[type=submit]");
  await page.when("return location.pathname.startsWith('/shifts/')");
  await page.settled();
  return page.path();
}

/** Counts the drawer: so many notes of 50,000 and nothing else. */
export async function count(page, notes) {
  await page.open("/shift/count");
  await page.fill("#pieces_50000", notes);
  await page.click("#count button[type=submit]");
  await page.sees("#closing", "");
  await page.settled();
}

/** Walks with Tab until the element has the focus. */
export async function tabTo(page, selector) {
  for (let step = 0; step < TABS; step += 1) {
    if (await page.run("return document.activeElement.matches(arguments[0])", selector)) return;
    await page.press(Key.TAB);
  }
  throw new Error(`${selector} cannot be reached with Tab`);
}

/** Makes one of the ready examples a plan, on the first router or the one with this name. */
export async function plan(page, example = 0, router = "") {
  await page.open("/plans/new");
  await page.click(`nav.k-bar a:nth-of-type(${example + 1})`);
  await page.when("return location.search.includes('example')");
  await page.settled();
  if (router) {
    const chosen = "return [...document.querySelectorAll('#router option')].find((option) => option.textContent === arguments[0]).value";
    await page.fill("#router", await page.run(chosen, router));
  }
  await page.click("#plan-form button[type=submit]");
  await page.when("return location.pathname === '/plans'");
  await page.settled();
}

/** Makes a batch of this plan, or of the first one, and answers its address. */
export async function batch(page, size, plan = "") {
  await page.open(`/batches/new?plan=${plan}`);
  await page.fill("#size", size);
  await page.settled();
  await page.click("#make-form button[type=submit]");
  await page.when("return /^\\/batches\\/[0-9a-f-]{36}$/.test(location.pathname)");
  await page.settled();
  return page.path();
}

/** Waits until every voucher of the batch on this page was read back from the router. */
export async function onRouter(page) {
  await page.gone("#pause", ROUTER_MS);
  await page.settled();
}

/** Prints the batch at this address and answers the address of the sheet. */
export async function print(page, address) {
  await page.open(`${address}/print`);
  await page.click("#print-now");
  await page.sees("#outcome .k-ready", "");
  return page.run(`
    const way = document.querySelector("#outcome [data-print], #outcome a[href$='sheet.pdf']");
    return way.dataset.print ? "/prints/" + way.dataset.print + "/sheet.pdf" : way.getAttribute("href");
  `);
}

/** Fetches a file as the page would and answers its bytes. */
export async function bytes(page, address) {
  const text = await page.driver.executeAsyncScript(
    `const done = arguments[arguments.length - 1];
     fetch(arguments[0]).then((answer) => answer.arrayBuffer()).then((buffer) => {
       let text = "";
       for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
       done(btoa(text));
     }, (error) => done("error " + error))`,
    address,
  );
  return Buffer.from(text, "base64");
}
