import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, outcome, SKIPPED, summarize, verdict } from "./steps.mjs";

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
