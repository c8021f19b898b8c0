// npm run windows:test: the tests of every crate but the window, built for Windows and run under Wine.
//   npm run windows:test -- NAME        only tests with NAME in their name
// KARCIS_TEST_SHARE=N: tests that repeat themselves thousands of times do so only one N-th as often (40 when it is not said):
// what they hunt was hunted at full length on Linux, and what differs on Windows shows early. No test is left out.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isMain, must } from "../machine.mjs";
import { setUpWindows } from "./setup.mjs";
import { onWindowsSide } from "./side.mjs";
import { TARGET } from "./toolchain.mjs";
import { endWine, freshPrefix, wineEnv } from "./wine.mjs";

const LOCKED = process.env.CI ? ["--locked"] : [];
/** All but the window, which draws with WebView2: Wine has none. */
const WITHOUT_WINDOW = ["--workspace", "--exclude", "karcis"];
const TESTS = ["test", ...LOCKED, ...WITHOUT_WINDOW, "--tests"];
const SHARE = "40";
/** What proptest tries when nothing is said, and what is worth trying at all. */
const CASES = 256;
const FEWEST_CASES = 16;

/**
 * Builds the tests and the programs they run, which the installer is tried with too: asked for together, nothing is built
 * twice. Answers the environment they were built in and the folder of the programs.
 */
export function buildTests({ cargo, env, folder }) {
  // Nothing is looked at with a debugger here; and without its notes much less is written.
  const lean = { ...env, CARGO_PROFILE_DEV_DEBUG: "0", CARGO_INCREMENTAL: process.env.CARGO_INCREMENTAL ?? "0" };
  must(cargo, [...TESTS, "--no-run"], { env: lean });
  return { lean, programs: join(folder, TARGET, "debug") };
}

/** Builds the tests, makes a new Windows, runs them in it and ends it. */
async function test(names) {
  const tools = await setUpWindows();
  const { lean } = buildTests(tools);
  const prefix = await freshPrefix(join(tools.folder, "prefix"));
  try {
    const share = process.env.KARCIS_TEST_SHARE ?? SHARE;
    const cases = String(Math.max(FEWEST_CASES, Math.round(CASES / Number(share))));
    const inside = { ...lean, ...wineEnv(prefix), KARCIS_TEST_SHARE: share, PROPTEST_CASES: cases };
    must(tools.cargo, [...TESTS, "--no-fail-fast", "--quiet", "--", ...names], { env: inside });
  } finally {
    endWine(prefix);
    rmSync(prefix, { recursive: true, force: true });
  }
}

if (isMain(import.meta)) await onWindowsSide(test);
