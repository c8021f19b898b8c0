import assert from "node:assert/strict";
import { test } from "node:test";
import { counted } from "./steps.mjs";

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
