import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, outcome, runSteps, SKIPPED, summarize, verdict } from "./steps.mjs";

test("the results of cargo, of node and of the journeys are counted", () => {
  const line = "test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s";
  assert.deepEqual(counted(line), { passed: 12, failed: 2 });
  assert.deepEqual(counted("# pass 8"), { passed: 8, failed: 0 });
  assert.deepEqual(counted("ℹ fail 1"), { passed: 0, failed: 1 });
  assert.deepEqual(counted("e2e window: 3 passed, 1 failed"), { passed: 3, failed: 1 });
});

test("colours do not hide a result, and other lines count nothing", () => {
  assert.deepEqual(counted("test result: \u001b[32mok\u001b[m. 5 passed; 0 failed; 0 ignored"), { passed: 5, failed: 0 });
  assert.deepEqual(counted("running 12 tests"), { passed: 0, failed: 0 });
  assert.deepEqual(counted("# passage 8"), { passed: 0, failed: 0 });
});

test("a step that cannot run on this machine has not failed, and the reason is kept", () => {
  const skipped = outcome(SKIPPED, "Skipped: no mirror of Debian can be reached.");
  assert.deepEqual(skipped, { ok: true, skipped: "Skipped: no mirror of Debian can be reached." });
  assert.equal(verdict(skipped), "skipped");
  assert.equal(verdict(outcome(0, "done")), "ok");
  assert.equal(verdict(outcome(1, "broken")), "FAILED");
  assert.equal(verdict(outcome(null)), "FAILED", "killed by a signal");
  assert.equal(verdict({ ok: null }), "not run");
});

test("the table names what was skipped, and all is well with it", (context) => {
  const lines = [];
  context.mock.method(console, "log", (line) => lines.push(line));
  const step = { title: "Tests under Wine", seconds: 1, passed: 0, failed: 0 };
  assert.equal(summarize([{ ...step, ...outcome(SKIPPED, "Skipped: not Debian.") }]), true);
  assert.equal(summarize([{ ...step, ...outcome(2, "Skipped: not Debian.") }]), false);
  assert.match(lines.join("\n"), /Tests under Wine {2}skipped .*Skipped: not Debian\./);
});

const FAILS = "---- books::closed stdout ----\n\nthe lock was held\n\nfailures:\n    books::closed\n\ntest result: FAILED. 7 passed; 1 failed;";
const PASSES = "test result: ok. 1 passed; 0 failed;";

const says = (text, code) => [process.execPath, "-e", `console.log(${JSON.stringify(text)}); process.exitCode = ${code}`];

async function tried(context, first, second) {
  const printed = [];
  context.mock.method(console, "log", (line) => printed.push(line));
  const asked = [];
  const again = (names) => {
    asked.push(names);
    return second;
  };
  const well = summarize(await runSteps([{ name: "trial", title: "Trial", command: first, again }], { live: false }));
  return { well, asked, printed: printed.join("\n") };
}

test("a test that passes when it is run again, alone, does not fail the step and is named at the end", async (context) => {
  const { well, asked, printed } = await tried(context, says(FAILS, 101), says(PASSES, 0));
  assert.deepEqual([well, asked], [true, [["books::closed"]]]);
  assert.match(printed, /Trial {2}ok .*8 passed, 0 failed, 1 of them at the second try/);
  assert.match(printed, /\n8 passed, 0 failed\n\nPassed at the second try only: books::closed\n {3}the lock was held$/);
});

test("a test that fails again, or that the second try does not run, has failed and is told last", async (context) => {
  for (const second of [says(FAILS, 101), says("test result: ok. 0 passed; 0 failed;", 0)]) {
    const { well, printed } = await tried(context, says(FAILS, 101), second);
    assert.equal(well, false);
    assert.match(printed, /\n7 passed, 1 failed\n\nFailed: books::closed\n {3}the lock was held$/);
  }
});

test("there is no second try when a program died without naming the tests that failed, or when many failed", async (context) => {
  const died = await tried(context, says(`${FAILS}\nsignal: 9\ntest result: FAILED. 0 passed; 1 failed;`, 101), says(PASSES, 0));
  assert.deepEqual([died.well, died.asked], [false, []]);
  const many = Array.from({ length: 6 }, (_, number) => `---- books::${number} stdout ----\nwrong`).join("\n");
  const broken = await tried(context, says(`${many}\n\nfailures:\ntest result: FAILED. 0 passed; 6 failed;`, 101), says(PASSES, 0));
  assert.deepEqual([broken.well, broken.asked], [false, []]);
  assert.match(broken.printed, /and 1 more, see artifacts\/test\/trial\.log$/);
  const silent = await tried(context, says("cannot link", 1), says(PASSES, 0));
  assert.match(silent.printed, /Failed: Trial\n {3}cannot link$/);
});
