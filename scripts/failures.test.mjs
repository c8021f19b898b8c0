import assert from "node:assert/strict";
import { test } from "node:test";
import { failuresOf } from "./failures.mjs";

const OUTPUT = `
test books::ok ... ok
test books::closed ... FAILED

failures:

---- books::closed stdout ----

thread 'books::closed' (77) panicked at tests/it/books.rs:23:58:
called \`Result::unwrap()\` on an \`Err\` value: AlreadyOpen("books")
stack backtrace:
   0: __rustc::rust_begin_unwind
             at /rustc/1/library/std/src/panicking.rs:689:5
   1: it::books::closed
             at ./tests/it/books.rs:23:58
note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.

---- src/lib.rs - Router (line 6) stdout ----
Test executable failed (exit status: 101).


failures:
    books::closed
    src/lib.rs - Router (line 6)

test result: FAILED. 36 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 3.29s
error: 1 target failed:
    \`-p karcis-app --test it\`
`.split("\n");

test("each failed test is told with what it said, without the stack", () => {
  assert.deepEqual(failuresOf(OUTPUT), [
    {
      name: "books::closed",
      told: [
        "thread 'books::closed' (77) panicked at tests/it/books.rs:23:58:",
        'called `Result::unwrap()` on an `Err` value: AlreadyOpen("books")',
      ],
    },
    { name: "src/lib.rs - Router (line 6)", told: ["Test executable failed (exit status: 101)."] },
  ]);
});

test("a long tale is cut, and a program that was killed has told of no test", () => {
  const long = ["---- a stdout ----", ...Array(50).fill("x".repeat(1000))];
  const [{ told }] = failuresOf(long);
  assert.deepEqual([told.length, told[0].length], [10, 240]);
  assert.deepEqual(failuresOf(["test a ... ok", "error: test failed, to rerun pass `-p x`", "signal: 9, SIGKILL: kill"]), []);
});

test("each failed journey is told with its account", () => {
  const output = `
  ok  window: a cashier opens (16.9 s)
  FAILED  window: a window opens (3.1 s)
      Error: no window
          at journeys/desktop.mjs:7
e2e window: 1 passed, 2 failed
failed in window: desktop, door
      window desktop: no window
      at desktop.mjs:7
      window door: the door is shut
      at door.mjs:9
`.split("\n");
  assert.deepEqual(failuresOf(output), [
    { name: "desktop", told: ["window desktop: no window", "at desktop.mjs:7"] },
    { name: "door", told: ["window door: the door is shut", "at door.mjs:9"] },
  ]);
});
