// npm test: makes the machine ready, then runs everything that must hold, in the order in which it fails fastest.
//   npm test                        all of it, stopping at the first step that fails
//   npm test -- --keep-going        all of it, whatever fails
//   npm test -- --only check        steps by name or group: check, e2e, format, lints, licences, notices, scripts, rust, ...
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { main, Stop } from "./machine.mjs";
import { setUp } from "./setup.mjs";
import { runSteps, summarize } from "./steps.mjs";

/** On a build server the lock file is the truth; a developer may have just added a dependency. */
const LOCKED = process.env.CI ? ["--locked"] : [];
const NODE = process.execPath;
const COLOR = process.stdout.isTTY ? "always" : "never";
const RUST = ["cargo", "test", ...LOCKED, "--workspace", "--no-fail-fast"];
const WINE = [NODE, "scripts/windows/test.mjs", "--if-possible"];

const STEPS = [
  step("format", "Format", ["check"], ["cargo", "fmt", "--all", "--check", "--", "--color", COLOR]),
  step("licences", "Licences, bans and sources", ["check"], [NODE, "scripts/licences.mjs"]),
  step("notices", "Third-party notices", ["check"], [NODE, "scripts/notices.mjs", "--check"]),
  step("scripts", "Tests of the scripts", ["check"], [NODE, "--test", ...ownTests()]),
  step("lints", "Lints", ["check"], ["cargo", "clippy", ...LOCKED, "--workspace", "--all-targets", "--", "-D", "warnings"]),
  { ...step("rust", "Rust tests", [], RUST), again: (names) => [...RUST, "--", "--exact", ...names] },
  step("clients", "Clients other people wrote, against the pretend router", ["linux"], [NODE, "scripts/clients.mjs"]),
  step("windows-check", "Lints for Windows", ["windows", "linux"], [NODE, "scripts/windows/check.mjs", "--if-possible"]),
  { ...step("windows-test", "Rust tests under Wine", ["windows", "linux"], WINE), again: (names) => [...WINE, ...names] },
  step("windows-install", "The installer under Wine", ["windows", "linux"], [NODE, "scripts/windows/install-test.mjs", "--if-possible"]),
  step("programs", "Build the window, the console and the pretend router", ["e2e"], ["cargo", "build", ...LOCKED, "-p", "karcis", "-p", "karcis-app", "-p", "routeros-sim", "--bins"]),
  journeys("e2e-window", "Journeys in the window", "window"),
  journeys("e2e-browser", "Journeys in Chromium", "chromium"),
];
await main(async () => {
  const { values } = parseArgs({ options: { only: { type: "string" }, "keep-going": { type: "boolean" }, quiet: { type: "boolean" } } });
  const steps = chosen(values.only).filter((one) => process.platform === "linux" || !one.groups.includes("linux"));
  if (steps.length === 0) throw new Stop("These steps run on Linux only.");
  setUp("build", "window", "test");
  const live = values.quiet ? false : process.stdout.isTTY;
  const well = summarize(await runSteps(steps, { keepGoing: values["keep-going"], live }));
  process.exitCode = well ? 0 : 1;
});

function step(name, title, groups, command) {
  return { name, title, groups, command, env: { CARGO_TERM_COLOR: COLOR } };
}

function journeys(name, title, engine) {
  const command = [NODE, "tests/e2e/run.mjs", engine];
  const again = (names) => [...command, "--again", ...names.flatMap((one) => ["--only", one])];
  return { ...step(name, title, ["e2e", "linux"], command), again };
}

function ownTests() {
  const names = readdirSync(new URL("./", import.meta.url), { recursive: true });
  return names.filter((name) => name.endsWith(".test.mjs")).map((name) => `scripts/${name}`);
}

function chosen(only) {
  if (!only) return STEPS;
  const found = STEPS.filter(({ name, groups }) => name === only || groups.includes(only));
  if (found.length === 0) throw new Stop(`There is no step named ${only}.`);
  return found;
}
