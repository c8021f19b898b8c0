// What a person does with a page, in the window and in Chromium alike. Everything waits for its condition; nothing sleeps.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import selenium from "selenium-webdriver";

const { By, Key, error: faults } = selenium;
const WAIT_MS = 60_000;
const POLL_MS = 20;
/** Whoever hears one of these has nobody left to ask. */
const LAST_WORDS = [faults.NoSuchSessionError, faults.SessionNotCreatedError, faults.UnexpectedAlertOpenError];
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export { Key };

export class Page {
  #shots = 0;
  /** What was asked of the page last, with the stack of who asked. */
  step = new Error("nothing yet");

  constructor(driver, { base, engine, folder }) {
    this.driver = driver;
    this.base = base;
    this.engine = engine;
    this.folder = folder;
  }

  /** Goes to a path of the program and waits until it stands still. */
  async open(path) {
    this.#now("open", path);
    await this.driver.get(this.base + path);
    await this.settled();
  }

  /** The path and query the page is at. */
  async path() {
    return this.run("return location.pathname + location.search");
  }

  /** Clicks what is there, visible and enabled; one that is swapped away under the pointer is clicked again. */
  async click(selector) {
    this.#now("click", selector);
    await this.#once(selector, async (element) => {
      await this.run(`
        arguments[0].scrollIntoView({ block: "center", behavior: "instant" });
        window.karcisClicked = false;
        addEventListener("click", () => { window.karcisClicked = true; }, { capture: true, once: true });
      `, element);
      await element.click();
      // Where the click has led to another page, nobody remembers it.
      return (await this.run("return window.karcisClicked").catch(() => undefined)) !== false;
    });
  }

  /** Replaces what a field holds, or picks the option of a select by its value. */
  async fill(selector, value) {
    this.#now("fill", `${selector} with ${value}`);
    await this.#once(selector, async (element) => {
      if ((await element.getTagName()) === "select") {
        await element.findElement(By.css(`option[value="${value}"]`)).click();
        return true;
      }
      await element.clear();
      await element.sendKeys(String(value));
      // A field that is complete may have left with its form already.
      const held = await this.run("return arguments[0].isConnected ? arguments[0].value : null", element).catch(() => null);
      const letters = (text) => text.replace(/[^\p{L}\d]/gu, "").toLowerCase();
      return held === null || letters(held) === letters(String(value));
    });
  }

  /** Presses keys where the focus is: `press("/")`, `press(Key.ENTER)`. */
  async press(...keys) {
    this.#now("press", keys.map(named).join(" "));
    await this.driver.actions().sendKeys(...keys).perform();
  }

  /** Holds `modifier` while pressing a key. */
  async chord(modifier, key) {
    this.#now("press", `${named(modifier)}+${named(key)}`);
    await this.driver.actions().keyDown(modifier).sendKeys(key).keyUp(modifier).perform();
  }

  /** The visible text of the first match, once it is there. */
  async text(selector) {
    return this.sees(selector, "");
  }

  async count(selector) {
    return this.run("return document.querySelectorAll(arguments[0]).length", selector);
  }

  /** Waits until the first match reads as expected (a text it contains, or a pattern), and answers its text. */
  async sees(selector, expected, limit = WAIT_MS) {
    this.#now("see", expected === "" ? selector : `${selector} with ${expected}`);
    const matches = (text) => (expected instanceof RegExp ? expected.test(text) : text.includes(expected));
    let last = "(nothing)";
    const seen = async () => {
      last = await this.run("const e = document.querySelector(arguments[0]); return e ? e.innerText : null", selector);
      return last !== null && matches(last);
    };
    await this.#until(seen, () => `${selector} reads ${JSON.stringify(last)}, not ${expected}`, limit);
    return last;
  }

  /** Waits until nothing on the page matches. */
  async gone(selector, limit = WAIT_MS) {
    this.#now("see the last of", selector);
    await this.#until(async () => (await this.count(selector)) === 0, () => `${selector} is still there`, limit);
  }

  /** Waits until a script returns something true, and answers it. */
  async when(script, ...args) {
    this.#now("see true", [script, ...args].join(", "));
    let value;
    await this.#until(async () => (value = await this.run(script, ...args)), () => `never true: ${script}`, WAIT_MS);
    return value;
  }

  async run(script, ...args) {
    return this.driver.executeScript(script, ...args);
  }

  /** Waits until the page is loaded and no request of htmx is on its way. */
  async settled() {
    this.#now("see the page at rest", "");
    const quiet = "return document.readyState === 'complete' && !document.querySelector('.htmx-request')";
    await this.#until(() => this.run(quiet), () => "the page does not come to rest", WAIT_MS);
  }

  /** Sets the size of the page itself, whatever the frame around it takes. */
  async resize(width, height) {
    this.#now("resize to", `${width} x ${height}`);
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
    this.#now("see the page drawn", "");
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
    this.#now("look for barriers in", selector);
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

  /** Does something to the first match once that is there, visible and enabled, and anew until it says that it is done. */
  async #once(selector, deed) {
    let state = "is not there";
    const done = async () => {
      const [element] = await this.driver.findElements(By.css(selector));
      state = !element ? "is not there" : !(await element.isDisplayed()) ? "is not visible" : !(await element.isEnabled()) ? "is disabled" : "";
      if (state) return false;
      state = "did not take it";
      return deed(element);
    };
    await this.#until(done, () => `${selector} ${state}`, WAIT_MS);
  }

  #now(what, which) {
    this.step = new Error(`${what} ${which}`.trim());
  }

  /** Looks until the condition holds. A look while the page is being exchanged sees nothing; the next one sees its successor. */
  async #until(condition, complaint, limit) {
    const deadline = performance.now() + limit;
    for (let blind; ; await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
      try {
        if (await condition()) return;
        blind = undefined;
      } catch (error) {
        if (!(error instanceof faults.WebDriverError) || LAST_WORDS.some((last) => error instanceof last)) throw error;
        blind = error;
      }
      if (performance.now() <= deadline) continue;
      const why = blind ? ` (${String(blind.message).split("\n")[0]})` : "";
      throw new Error(`after ${limit / 1000} s: ${complaint()}${why}`);
    }
  }
}

/** The name of a key that has no letter of its own. */
function named(key) {
  return Object.keys(Key).find((name) => Key[name] === key) ?? key;
}
