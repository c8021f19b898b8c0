// Holds routeros-sim against clients other people wrote for real routers, unmodified: installs them below target/clients,
// starts one router for each release and runs every tests/clients/with_* against them.
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { built, isMain, main, must, npm, output, root, Stop, target } from "./machine.mjs";

const RELEASES = ["6.42.12", "6.49.10", "7.9.2", "7.16", "7.22.3"];
/** node-routeros cannot bear `!empty`, which routers say from 7.18 on. */
const BEFORE_EMPTY = RELEASES.slice(0, 4);
const TRIALS = join(root, "tests/clients");
const PLACE = join(target, "clients");
const PATIENCE_MS = 120_000;

if (isMain(import.meta)) {
  await main(async () => {
    must("cargo", ["build", "--quiet", "-p", "routeros-sim", "--bin", "routeros-sim"]);
    const python = install();
    const clients = readdirSync(TRIALS).filter((name) => name.startsWith("with_"));
    const outcomes = await Promise.all(clients.map((name) => tryOut(name, python)));
    const sum = (key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
    console.log(`e2e clients: ${sum("passed")} passed, ${sum("failed")} failed`);
    if (sum("failed") > 0) throw new Stop("A client other people wrote does not understand the pretend router.");
  });
}

/** Installs the clients when what is asked for has changed since the last time; answers the Python that has them. */
function install() {
  const wanted = ["requirements.txt", "package.json", "package-lock.json"].map((name) => join(TRIALS, name));
  const fingerprint = wanted.reduce((hash, file) => hash.update(readFileSync(file)), createHash("sha256")).digest("hex");
  const stamp = join(PLACE, "installed");
  const python = join(PLACE, "python", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint && output(python, ["--version"])) return python;
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(PLACE, { recursive: true });
  const base = ["python3", "python"].find((name) => output(name, ["--version"])?.startsWith("Python 3."));
  if (!base) throw new Stop("Python 3 with its module venv is needed (Debian: python3-venv).");
  must(base, ["-m", "venv", join(PLACE, "python")]);
  must(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted[0]]);
  for (const file of wanted.slice(1)) copyFileSync(file, join(PLACE, file.slice(TRIALS.length + 1)));
  npm(["ci", "--prefix", PLACE, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, fingerprint);
  return python;
}

/** Runs one client against routers of its own. */
async function tryOut(name, python) {
  const ours = name.endsWith(".py") ? [python, RELEASES] : [process.execPath, BEFORE_EMPTY];
  const routers = await Promise.all(ours[1].map(switchOn));
  const client = spawn(ours[0], [join(TRIALS, name), ...routers.map(({ argument }) => argument)], {
    env: { ...process.env, CLIENTS_MODULES: PLACE, PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const patience = setTimeout(() => client.kill(), PATIENCE_MS);
  const lines = [];
  createInterface({ input: client.stdout }).on("line", (line) => lines.push(line));
  await new Promise((resolve) => client.on("close", resolve));
  clearTimeout(patience);
  routers.forEach(({ process: router }) => router.kill());
  const passed = lines.filter((line) => line.startsWith("ok ")).length;
  // A client that died leaves releases untried.
  const failed = routers.length - passed;
  console.log(`${name}:\n  ${lines.join("\n  ")}`);
  return { passed, failed };
}

/** Starts a router of this release on ports of its own. */
async function switchOn(release) {
  const wishes = ["--plain", "127.0.0.1:0", "--control", "127.0.0.1:0", "--version", release, "--password", "secret"];
  const router = spawn(built("routeros-sim"), wishes, { stdio: ["ignore", "pipe", "inherit"] });
  const ports = {};
  for await (const line of createInterface({ input: router.stdout })) {
    const [what, address] = line.split(" ");
    ports[what] = address.split(":").at(-1);
    if (ports.plain && ports.control) return { process: router, argument: `${release}=${ports.plain}:${ports.control}` };
  }
  throw new Stop(`The pretend router ${release} did not start.`);
}
