// What a person does with a page, in the window and in Chromium alike. Everything waits for its condition; nothing sleeps.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import selenium from "selenium-webdriver";

const { By, Key, until } = selenium;
const WAIT_MS = 15_000;
const POLL_MS = 20;
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export { Key };

export class Page {
  #shots = 0;

  constructor(driver, { base, engine, folder }) {
    this.driver = driver;
    this.base = base;
    this.engine = engine;
    this.folder = folder;
  }

  /** Goes to a path of the program and waits until it stands still. */
  async open(path) {
    await this.driver.get(this.base + path);
    await this.settled();
  }

  /** The path and query the page is at. */
  async path() {
    return this.run("return location.pathname + location.search");
  }

  async click(selector) {
    const element = await this.#ready(selector);
    await this.run("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", element);
    await element.click();
  }

  /** Replaces what a field holds, or picks the option of a select by its value. */
  async fill(selector, value) {
    const element = await this.#ready(selector);
    if ((await element.getTagName()) === "select") {
      await element.findElement(By.css(`option[value="${value}"]`)).click();
      return;
    }
    await element.clear();
    await element.sendKeys(String(value));
  }

  /** Presses keys where the focus is: `press("/")`, `press(Key.ENTER)`. */
  async press(...keys) {
    await this.driver.actions().sendKeys(...keys).perform();
  }

  /** Holds `modifier` while pressing a key. */
  async chord(modifier, key) {
    await this.driver.actions().keyDown(modifier).sendKeys(key).keyUp(modifier).perform();
  }

  /** The visible text of the first match, once it is there. */
  async text(selector) {
    const element = await this.driver.wait(until.elementLocated(By.css(selector)), WAIT_MS, `no ${selector}`, POLL_MS);
    return element.getText();
  }

  async count(selector) {
    return (await this.driver.findElements(By.css(selector))).length;
  }

  /** Waits until the first match reads as expected (a text it contains, or a pattern), and answers its text. */
  async sees(selector, expected, limit = WAIT_MS) {
    const matches = (text) => (expected instanceof RegExp ? expected.test(text) : text.includes(expected));
    let last = "(nothing)";
    const seen = async () => {
      // An element may be swapped away between finding and reading it; the next look finds its successor.
      last = await this.run("const e = document.querySelector(arguments[0]); return e ? e.innerText : null", selector);
      return last !== null && matches(last);
    };
    await this.#until(seen, () => `${selector} reads ${JSON.stringify(last)}, not ${expected}`, limit);
    return last;
  }

  /** Waits until nothing on the page matches. */
  async gone(selector, limit = WAIT_MS) {
    await this.#until(async () => (await this.count(selector)) === 0, () => `${selector} is still there`, limit);
  }

  /** Waits until a script returns something true, and answers it. */
  async when(script, ...args) {
    let value;
    await this.#until(async () => (value = await this.run(script, ...args)), () => `never true: ${script}`, WAIT_MS);
    return value;
  }

  async run(script, ...args) {
    return this.driver.executeScript(script, ...args);
  }

  /** Waits until the page is loaded and no request of htmx is on its way. */
  async settled() {
    const quiet = "return document.readyState === 'complete' && !document.querySelector('.htmx-request')";
    await this.#until(() => this.run(quiet), () => "the page does not come to rest", WAIT_MS);
  }

  /** Sets the size of the page itself, whatever the frame around it takes. */
  async resize(width, height) {
    const window = this.driver.manage().window();
    if (this.engine === "chromium") {
      const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
      return this.driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
    }
    await window.setRect({ width, height });
    const inside = "return [innerWidth, innerHeight].join()";
    await this.#until(async () => (await this.run(inside)) === `${width},${height}`, () => `the window did not become ${width} x ${height}`, WAIT_MS);
  }

  /** Makes Chromium prefer a light or a dark page; the window's preference is the desktop's, set when the shop opens. */
  async prefer(theme) {
    if (this.engine !== "chromium") throw new Error("the window follows the desktop: open the shop with a theme");
    const features = [{ name: "prefers-color-scheme", value: theme }];
    await this.driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features });
  }

  /** Saves a picture of the page once its fonts are loaded and two frames have been drawn. */
  async shot(name) {
    await this.painted();
    const file = `${String(++this.#shots).padStart(2, "0")}-${name}.png`;
    return this.save(file);
  }

  async painted() {
    await this.driver.executeAsyncScript(`
      const done = arguments[arguments.length - 1];
      document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done())));
    `);
  }

  /** Saves a picture under a name of its own. */
  async save(file) {
    const path = join(this.folder, file);
    writeFileSync(path, await this.driver.takeScreenshot(), "base64");
    return path;
  }

  /** Fails with every element that breaks a rule of WCAG 2.2 A or AA. */
  async axe(selector = "html") {
    await this.run(`if (!window.axe) { ${axeSource}; }`);
    const violations = await this.driver.executeAsyncScript(
      `const done = arguments[arguments.length - 1];
       axe.run(arguments[0], { runOnly: { type: "tag", values: arguments[1] }, resultTypes: ["violations"] })
         .then((found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) =>
           rule.id + " (" + rule.impact + ") " + node.target.join(" ") + "\\n      " + node.html.slice(0, 200)
             + "\\n      " + node.failureSummary.replaceAll("\\n", "\\n      ")))))
         .catch((error) => done(["axe-core itself failed: " + error]))`,
      selector,
      WCAG,
    );
    if (violations.length > 0) {
      throw new Error(`${violations.length} accessibility faults at ${await this.path()}:\n    ${violations.join("\n    ")}`);
    }
  }

  async #ready(selector) {
    const element = await this.driver.wait(until.elementLocated(By.css(selector)), WAIT_MS, `no ${selector}`, POLL_MS);
    await this.driver.wait(until.elementIsVisible(element), WAIT_MS, `${selector} is not visible`, POLL_MS);
    await this.driver.wait(until.elementIsEnabled(element), WAIT_MS, `${selector} is disabled`, POLL_MS);
    return element;
  }

  async #until(condition, complaint, limit) {
    const deadline = performance.now() + limit;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`after ${limit / 1000} s: ${complaint()}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
