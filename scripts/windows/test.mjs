// npm run windows:test: the tests of every crate but the window, built for Windows and run under Wine.
//   npm run windows:test -- NAME        only tests with NAME in their name
// KARCIS_TEST_SHARE=N: tests that repeat themselves thousands of times do so only one N-th as often (10 when it is not said):
// what they hunt was hunted at full length on Linux, and what differs on Windows shows early.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isMain, must } from "../machine.mjs";
import { setUpWindows } from "./setup.mjs";
import { onWindowsSide } from "./side.mjs";
import { endWine, freshPrefix, wineEnv } from "./wine.mjs";

const LOCKED = process.env.CI ? ["--locked"] : [];
/** All but the window, which draws with WebView2: Wine has none. */
const WITHOUT_WINDOW = ["--workspace", "--exclude", "karcis"];

/** Builds the tests, makes a new Windows, runs them in it and ends it. */
async function test(names) {
  const { cargo, env, folder } = await setUpWindows();
  const lean = { ...env, CARGO_PROFILE_DEV_DEBUG: "0", CARGO_INCREMENTAL: process.env.CARGO_INCREMENTAL ?? "0" };
  const tests = ["test", ...LOCKED, ...WITHOUT_WINDOW, "--lib", "--bins", "--tests"];
  must(cargo, [...tests, "--no-run"], { env: lean });
  const prefix = await freshPrefix(join(folder, "prefix"));
  try {
    const share = process.env.KARCIS_TEST_SHARE ?? "10";
    // proptest's own word for the same; it tries 256 cases when nothing is said.
    const cases = String(Math.max(1, Math.round(256 / Number(share))));
    const inside = { ...lean, ...wineEnv(prefix), KARCIS_TEST_SHARE: share, PROPTEST_CASES: cases };
    must(cargo, [...tests, "--no-fail-fast", "--quiet", "--", ...names], { env: inside });
  } finally {
    endWine(prefix);
    rmSync(prefix, { recursive: true, force: true });
  }
}

if (isMain(import.meta)) await onWindowsSide(test);
