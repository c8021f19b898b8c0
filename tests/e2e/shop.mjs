// A shop for one journey: the program, its private surroundings, and a page to drive it by.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import selenium from "selenium-webdriver";
import chrome from "selenium-webdriver/chrome.js";
import { built } from "../../scripts/machine.mjs";
import { Page } from "./page.mjs";
import { within } from "./within.mjs";

const OPEN_LIMIT_MS = 300_000;
const START_LIMIT_MS = 120_000;
const END_LIMIT_MS = 20_000;
const ANSWER_LIMIT_MS = 120_000;
const PORTS_TRIED = 5;
const POLL_MS = 20;
const CHROMIUM = process.env.KARCIS_CHROMIUM ?? "/usr/bin/chromium";
const CHROMEDRIVER = process.env.KARCIS_CHROMEDRIVER ?? "/usr/bin/chromedriver";
const CHROMIUM_FLAGS = [
  ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
];

/** What of the developer's own session a shop must not see. */
const FOREIGN = ["DBUS_SESSION_BUS_ADDRESS", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "GTK_THEME", "KARCIS_DATA", "KARCIS_LOG", "KARCIS_PASSPHRASE"];

/** An interrupted runner closes its shops before it ends; whatever then still runs goes with it. */
const openShops = new Set();
const running = new Set();
process.on("exit", () => running.forEach((child) => signalGroup(child, "SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, async () => {
    const closed = Promise.all([...openShops].map((shop) => shop.close()));
    await within(END_LIMIT_MS, closed, "closing the shops").catch(() => {});
    process.exit(1);
  });
}

/**
 * Opens a shop in `window` or `chromium`; whatever it starts ends with `close()`. Options: `width` and `height` of the page,
 * `theme: "dark"` for a desktop that prefers it, `profile: "release"` for the optimised programs, and `open: false` for a
 * journey that starts the programs itself.
 */
export async function openShop(engine, folder, options = {}) {
  const shop = new Shop(engine, folder, options);
  openShops.add(shop);
  try {
    if (options.open !== false) await within(OPEN_LIMIT_MS, shop.open(), "opening the shop");
  } catch (error) {
    await shop.close();
    throw error;
  }
  return shop;
}

class Shop {
  #running = [];
  #logFile;
  #log;
  #driver;

  constructor(engine, folder, options) {
    this.engine = engine;
    this.folder = folder;
    this.options = options;
    this.home = mkdtempSync(join(tmpdir(), "karcis-e2e-"));
    this.data = join(this.home, ".local/share/karcis");
    this.#noteWhatIsOpened();
    this.#logFile = join(folder, "program.log");
    this.#log = createWriteStream(this.#logFile, { flags: "a" });
  }

  async open() {
    const { width = 1366, height = 768 } = this.options;
    const base = this.engine === "window" ? await this.#openWindow() : await this.#openChromium();
    await this.#driver.manage().setTimeouts({ script: ANSWER_LIMIT_MS, pageLoad: ANSWER_LIMIT_MS });
    this.page = new Page(this.#driver, { base, engine: this.engine, folder: this.folder });
    await this.page.resize(width, height);
    if (this.engine === "chromium") {
      await this.page.prefer(this.options.theme ?? "light");
      await this.page.open("/");
    }
    await this.page.settled();
  }

  /** Ends the program and opens it again on the same books, as after a power cut or the next morning. */
  async reopen() {
    await this.#stop();
    await this.open();
  }

  async close() {
    openShops.delete(this);
    await this.#stop();
    this.#log.end();
    try {
      rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      // A browser may still be tidying up its own folder: nothing that a journey is about.
      console.log(`      ${this.home} stays: ${error.code}`);
    }
  }

  /** Starts a program in the shop's surroundings; `exited` resolves to its exit code. */
  launch(name, args = [], env = {}) {
    const child = this.#start(built(name, this.options.profile), args, env);
    return { exited: once(child, "exit").then(([code]) => code) };
  }

  /** The window's own process: its number, and the session bus it is on. */
  window() {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const environment = environmentOf(pid);
      if (environment?.HOME !== this.home || programOf(pid) !== built("karcis", this.options.profile)) continue;
      return { pid: Number(pid), bus: environment.DBUS_SESSION_BUS_ADDRESS };
    }
    return undefined;
  }

  /** Starts the window's program once more in the very session it runs in; `exited` resolves to its exit code. */
  startAgain(args = []) {
    const environment = environmentOf(this.window().pid);
    const child = spawn(built("karcis", this.options.profile), args, { detached: true, env: environment, stdio: "ignore" });
    this.#note(child);
    return { exited: once(child, "exit").then(([code]) => code) };
  }

  /** Starts a program that goes on until the shop closes, and answers what its lines say between the patterns' parentheses. */
  async lines(name, args, ...patterns) {
    const child = this.#start(built(name, this.options.profile), args);
    return within(START_LIMIT_MS, matches(child, patterns), `the first lines of ${name}`);
  }

  /** What the programs of this shop have printed so far. */
  printed() {
    return readFileSync(this.#logFile, "utf8");
  }

  /** Waits until the shop has handed a link or file whose address matches to the desktop, and answers the address. */
  async opens(pattern) {
    const deadline = performance.now() + START_LIMIT_MS;
    for (;;) {
      const opened = existsSync(this.#opened) ? readFileSync(this.#opened, "utf8").split("\n") : [];
      const found = opened.find((address) => pattern.test(address));
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`nothing like ${pattern} was opened, only: ${opened.join(" ")}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** In place of the desktop's own opener stands one that writes down what it was asked for. */
  #noteWhatIsOpened() {
    mkdirSync(join(this.home, "bin"));
    const script = `#!/bin/sh\nprintf '%s\\n' "$1" >>'${this.#opened}'\n`;
    writeFileSync(join(this.home, "bin/xdg-open"), script, { mode: 0o755 });
  }

  get #opened() {
    return join(this.home, "opened.txt");
  }

  async #openWindow() {
    const port = await this.#openDriver();
    const capabilities = { browserName: "wry", "webkitgtk:browserOptions": { binary: built("karcis", this.options.profile), args: [] } };
    this.#driver = await new selenium.Builder()
      .usingServer(`http://127.0.0.1:${port}/`)
      .withCapabilities(new selenium.Capabilities(capabilities))
      .build();
    return "app://localhost";
  }

  /** Starts the driver of the window and answers its port: between finding one and listening there somebody may take it. */
  async #openDriver() {
    const theme = this.options.theme === "dark" ? { GTK_THEME: "Adwaita:dark" } : {};
    for (let tried = 1; ; tried += 1) {
      const port = await freePort();
      const driver = this.#start("WebKitWebDriver", [`--port=${port}`], { TAURI_WEBVIEW_AUTOMATION: "true", ...theme });
      if (await Promise.race([listening(port), once(driver, "exit").then(() => false)])) return port;
      if (tried === PORTS_TRIED) throw new Error("WebKitWebDriver ends as soon as it is started");
    }
  }

  async #openChromium() {
    const serving = this.#start(built("karcis-cli", this.options.profile), ["serve", "--data", this.data, "--listen", "127.0.0.1:0"]);
    const base = await firstAddress(serving);
    const options = new chrome.Options().setBinaryPath(CHROMIUM);
    options.addArguments(...CHROMIUM_FLAGS, `--user-data-dir=${join(this.home, "chromium")}`);
    this.#driver = await new selenium.Builder()
      .forBrowser("chrome")
      .setChromeOptions(options)
      .setChromeService(new chrome.ServiceBuilder(CHROMEDRIVER))
      .build();
    return base;
  }

  /** Starts a program in its own process group, with its own home, session bus and unlocked keyring. */
  #start(program, args, extra = {}) {
    const runtime = join(this.home, "run");
    mkdirSync(runtime, { recursive: true, mode: 0o700 });
    const env = { ...process.env };
    for (const name of FOREIGN) delete env[name];
    const path = `${join(this.home, "bin")}${delimiter}${process.env.PATH}`;
    const quiet = { LC_ALL: "C.UTF-8", NO_AT_BRIDGE: "1", GSETTINGS_BACKEND: "memory" };
    Object.assign(env, { HOME: this.home, PATH: path, XDG_RUNTIME_DIR: runtime, ...quiet }, extra);
    const keyring = "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 & exec \"$@\"";
    const session = [`--config-file=${this.#busRules(runtime)}`, "--", "sh", "-c", keyring, "sh"];
    const child = spawn("dbus-run-session", [...session, program, ...args], {
      detached: true,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(this.#log, { end: false });
    child.stderr.pipe(this.#log, { end: false });
    this.#note(child);
    return child;
  }

  #note(child) {
    this.#running.push(child);
    running.add(child);
    child.on("exit", () => running.delete(child));
  }

  /** A session bus that lives in the shop's own folder and starts no services of its own. */
  #busRules(runtime) {
    const file = join(runtime, "bus.conf");
    const open = '<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>';
    writeFileSync(file, `<busconfig><type>session</type><listen>unix:dir=${runtime}</listen>${open}</busconfig>`);
    return file;
  }

  async #stop() {
    // A driver whose program has died cannot quit; the process group ends it below.
    await this.#driver?.quit().catch(() => {});
    this.#driver = undefined;
    for (const child of this.#running.splice(0)) await endGroup(child);
  }
}

/** What a process was started with; nothing when it is gone or somebody else's. */
function environmentOf(pid) {
  try {
    const pairs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
    return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
  } catch {
    return undefined;
  }
}

function programOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** Asks a program to end, so that its session bus tidies up, ends whatever of its group is left, and waits until that is gone. */
async function endGroup(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, "exit");
    signalGroup(child, "SIGTERM");
    const stubborn = setTimeout(() => signalGroup(child, "SIGKILL"), END_LIMIT_MS);
    await exited;
    clearTimeout(stubborn);
  }
  // The next one may want the same books, and looks for windows by their titles.
  const deadline = performance.now() + END_LIMIT_MS;
  for (signalGroup(child, "SIGKILL"); livesOn(child.pid); await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
    if (performance.now() > deadline) throw new Error(`a program of group ${child.pid} does not end`);
  }
}

/** Whether anything of the process group still runs; what only waits to be counted as ended does not. */
function livesOn(group) {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).some((pid) => {
    try {
      // The name stands in parentheses and may hold anything; the state and the group come behind it.
      const [state, , its] = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
      return Number(its) === group && !["Z", "X"].includes(state);
    } catch {
      return false;
    }
  });
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves when something accepts connections on the port. */
async function listening(port) {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    const accepted = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.end());
    });
    if (accepted) return true;
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** What the lines of a program say between the parentheses of these patterns, in their order. */
async function matches(child, patterns) {
  const found = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const match = patterns[found.length].exec(line);
    if (match) found.push(match[1]);
    if (found.length === patterns.length) return found;
  }
  throw new Error(`the program ended without a line like ${patterns[found.length]}`);
}

/** The address a server prints on its first line. */
async function firstAddress(child) {
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`the server ended with ${code}`)));
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("the server printed no address")), START_LIMIT_MS).unref());
  const [line] = await Promise.race([once(lines, "line"), ended, late]);
  ended.catch(() => {});
  late.catch(() => {});
  const address = /https?:\/\/[\w.:[\]-]+/.exec(line)?.[0];
  if (!address) throw new Error(`the server's first line holds no address: ${line}`);
  return address;
}
