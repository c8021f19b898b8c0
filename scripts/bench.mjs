// npm run bench: measures the optimised programs and leaves the figures in artifacts/bench.json.
// The bench program talks to people on stderr and prints one JSON object, name to figure, on stdout.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { openShop } from "../tests/e2e/shop.mjs";
import { sell, watchTheClock } from "../tests/e2e/steps.mjs";
import { insideXvfb } from "../tests/e2e/xvfb.mjs";
import { main, must, output, root, Stop } from "./machine.mjs";
import { setUp } from "./setup.mjs";

const FILE = join(root, "artifacts/bench.json");

const BOOKS = join(root, "target/bench-books");
/** The same books after every voucher was sold, with a shift open, and the owner the bench program gave them. */
const SOLD = join(BOOKS, "sold");
const OWNER = "Pemilik Contoh";
const PASSWORD = "contoh-kata-sandi-panjang";
const RUNS = 5;
const SALES = 20;

await main(async () => {
  setUp("build", "window", "test");
  insideXvfb();
  must("cargo", ["build", "--release", "-p", "karcis", "-p", "karcis-app", "-p", "karcis-tests", "--bins"]);
  const figures = { machine: machine(), ...measuredByRust(process.argv.slice(2)) };
  figures.window_first_paint_200000 = await firstPaint();
  figures.window_key_to_code_200000 = await keyToCode();
  mkdirSync(join(root, "artifacts"), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(readFileSync(FILE, "utf8"));
});

function measuredByRust(args) {
  const run = ["run", "--release", "-p", "karcis-tests", "--bin", "bench", "--", ...args];
  const done = spawnSync("cargo", run, { cwd: root, encoding: "utf8", stdio: ["inherit", "pipe", "inherit"], maxBuffer: 64 << 20 });
  if (done.status !== 0) throw new Stop("The bench program failed.");
  try {
    return JSON.parse(done.stdout);
  } catch {
    throw new Stop(`The bench program printed no JSON object:\n${done.stdout.slice(0, 400)}`);
  }
}

/** From the start of the optimised window to its first contentful paint, on books with 200,000 vouchers. */
async function firstPaint() {
  const folder = join(root, "artifacts/bench-window");
  mkdirSync(folder, { recursive: true });
  const times = [];
  for (let run = 0; run < RUNS; run += 1) {
    const shop = await openShop("window", folder, { profile: "release", open: false });
    try {
      mkdirSync(shop.data, { recursive: true });
      cpSync(join(BOOKS, "karcis.db"), join(shop.data, "karcis.db"));
      await shop.open();
      const paint = "const paint = performance.getEntriesByName('first-contentful-paint')[0]; return paint && performance.timeOrigin + paint.startTime";
      times.push(Math.round((await shop.page.when(paint)) - startOf("karcis")));
    } finally {
      await shop.close();
    }
  }
  times.sort((one, other) => one - other);
  console.error(`window_first_paint_200000 ${times.join(" ")} ms`);
  return { ms: times[Math.floor(RUNS / 2)], slowest_ms: times.at(-1) };
}

/** From Enter on the sell screen of the optimised window to the code on it, on books with 200,000 sales. */
async function keyToCode() {
  const folder = join(root, "artifacts/bench-window");
  mkdirSync(folder, { recursive: true });
  const shop = await openShop("window", folder, { profile: "release", open: false });
  try {
    mkdirSync(shop.data, { recursive: true });
    cpSync(join(SOLD, "karcis.db"), join(shop.data, "karcis.db"));
    await shop.open();
    const { page } = shop;
    await page.fill("#sign-in-form [name=name]", OWNER);
    await page.fill("#sign-in-form [name=password]", PASSWORD);
    await page.click("#sign-in-form button[type=submit]");
    await page.gone("#sign-in-form");
    await page.open("/counter");
    await page.sees("#tiles", "");
    await watchTheClock(page);
    for (let sale = 0; sale < SALES; sale += 1) await sell(page, "1");
    const times = await page.when("return window.karcisTimes.length >= arguments[0] && window.karcisTimes", SALES);
    times.sort((one, other) => one - other);
    console.error(`window_key_to_code_200000 ${times.join(" ")} ms`);
    return { ms: times[Math.floor(times.length / 2)], slowest_ms: times.at(-1) };
  } finally {
    await shop.close();
  }
}

/** When the newest process of this program began, in milliseconds since 1970; Linux tells it in hundredths since boot. */
function startOf(program) {
  const boot = Date.now() - Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
  const starts = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      if (!readlinkSync(`/proc/${pid}/exe`).endsWith(`/release/${program}`)) return [];
      return [Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")[19]) * 10];
    } catch {
      return [];
    }
  });
  if (starts.length === 0) throw new Stop(`${program} does not run.`);
  return boot + Math.max(...starts);
}

function machine() {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 1024 ** 3),
    commit: output("git", ["describe", "--always", "--dirty"])?.trim() ?? "unknown",
  };
}
