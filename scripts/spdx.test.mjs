import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenLicences, parseExpression } from "./spdx.mjs";

const choose = (text, ...preferred) => chosenLicences(parseExpression(text), preferred);

test("one allowed alternative is enough, and the preferred one is taken", () => {
  assert.deepEqual(choose("Apache-2.0 OR MIT", "MIT", "Apache-2.0"), ["MIT"]);
  assert.deepEqual(choose("GPL-2.0-only OR MIT", "MIT"), ["MIT"]);
  assert.deepEqual(choose("MIT/Apache-2.0", "Apache-2.0"), ["Apache-2.0"]);
});

test("every part of an AND must be allowed", () => {
  assert.equal(choose("MIT AND GPL-2.0-only", "MIT"), null);
  assert.deepEqual(choose("(MIT OR Apache-2.0) AND Unicode-3.0", "MIT", "Unicode-3.0"), ["MIT", "Unicode-3.0"]);
});

test("AND binds before OR, and brackets before both", () => {
  assert.deepEqual(choose("GPL-2.0-only AND ISC OR MIT", "MIT", "ISC"), ["MIT"]);
  assert.equal(choose("GPL-2.0-only AND (ISC OR MIT)", "MIT", "ISC"), null);
});

test("an exception is part of the licence's name", () => {
  const text = "Apache-2.0 WITH LLVM-exception";
  assert.deepEqual(choose(text, text), [text]);
  assert.equal(choose(text, "Apache-2.0"), null);
});

test("nonsense is refused instead of read as allowed", () => {
  for (const text of ["", "MIT OR", "MIT MIT", "(MIT", "MIT)", "OR MIT", "WITH x"]) {
    assert.throws(() => parseExpression(text), undefined, text);
  }
});
