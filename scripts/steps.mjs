// Runs a list of commands one after the other, each with a heading, its duration and a line in a table at the end. What
// failed is told once more after the table. A few tests or journeys that fail are run once more, alone: a busy machine must not
// keep a change from landing, and the name of such a test is not lost either.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { FEW, failuresOf } from "./failures.mjs";
import { root } from "./machine.mjs";

const TAIL_LINES = 120;
/** What of a failed command's output stands at the very end, when it names no tests. */
const LAST_WORDS = 15;
const STILL_RUNNING_MS = 60_000;
/** How a command ends that cannot run on this machine; its last line says why. */
export const SKIPPED = 77;

/**
 * Runs the steps `{ name, title, command: [program, ...args] }`; stops at the first failure unless told to go on. A step's
 * `again`, if it has one, answers the command that runs only the tests of these names.
 */
export async function runSteps(steps, { keepGoing = false, live = process.stdout.isTTY } = {}) {
  const folder = join(root, "artifacts/test");
  mkdirSync(folder, { recursive: true });
  const done = [];
  for (const step of steps) {
    const broken = done.some(({ ok }) => !ok);
    if (broken && !keepGoing) {
      done.push({ ...step, ok: null, seconds: 0, passed: 0, failed: 0 });
      continue;
    }
    console.log(`\n== ${step.title}\n   ${step.command.join(" ")}`);
    const log = (name) => join(folder, `${name}.log`);
    let result = await runStep(step, log(step.name), live);
    if (!result.ok && !live) console.log(result.lines.slice(-TAIL_LINES).join("\n"));
    if (!result.ok && step.again) result = await secondTry(step, result, log(`${step.name}.again`), live);
    if (result.skipped && !live) console.log(`   ${result.skipped}`);
    console.log(`   ${verdict(result)} after ${result.seconds.toFixed(1)} s`);
    done.push({ ...step, ...result });
  }
  return done;
}

/** Prints what became of every step, the sum of all tests and, last, what failed; answers whether all is well. */
export function summarize(done) {
  const width = Math.max(...done.map(({ title }) => title.length));
  console.log("");
  for (const step of done) {
    console.log(`${step.title.padEnd(width)}  ${verdict(step).padEnd(7)}  ${step.seconds.toFixed(1).padStart(7)} s  ${tests(step)}`.trimEnd());
  }
  const sum = (key) => done.reduce((total, step) => total + step[key], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  for (const step of done) {
    for (const { name, told } of step.unsteady ?? []) tell(`Passed at the second try only: ${name}`, told);
    if (step.ok !== false) continue;
    const failures = failuresOf(step.lines ?? []);
    for (const { name, told } of failures.slice(0, FEW)) tell(`Failed: ${name}`, told);
    if (failures.length > FEW) console.log(`\nand ${failures.length - FEW} more, see artifacts/test/${step.name}.log`);
    if (failures.length === 0) tell(`Failed: ${step.title}`, lastWords(step.lines ?? []));
  }
  return done.every(({ ok }) => ok);
}

function tests({ skipped, passed, failed, unsteady }) {
  if (skipped) return skipped;
  const late = unsteady ? `, ${unsteady.length} of them at the second try` : "";
  return passed + failed > 0 ? `${passed} passed, ${failed} failed${late}` : "";
}

function tell(heading, lines) {
  console.log(`\n${heading}\n${lines.map((line) => `   ${line}`).join("\n")}`);
}

function lastWords(lines) {
  return lines.filter((line) => line.trim()).slice(-LAST_WORDS);
}

/** What became of a step, in a word. */
export function verdict({ ok, skipped }) {
  if (ok === null) return "not run";
  return skipped ? "skipped" : ok ? "ok" : "FAILED";
}

/** What a command's end means: one that cannot run on this machine has not failed, but says why. */
export function outcome(code, lastLine = "") {
  return code === SKIPPED ? { ok: true, skipped: lastLine } : { ok: code === 0 };
}

/** How many tests a line of cargo's, node's or our own runner's output counts. */
export function counted(line) {
  const plain = line.replace(/\u001b\[[0-9;]*m/g, "");
  const [, passed, failed] =
    /^test result: \w+\. (\d+) passed; (\d+) failed;/.exec(plain) ?? /^e2e \w+: (\d+) passed, (\d+) failed$/.exec(plain) ?? [];
  if (passed !== undefined) return { passed: Number(passed), failed: Number(failed) };
  const [, word, count] = /^(?:#|ℹ) (pass|fail) (\d+)$/.exec(plain) ?? [];
  return { passed: word === "pass" ? Number(count) : 0, failed: word === "fail" ? Number(count) : 0 };
}

/**
 * Runs the tests that failed once more. Only when all that failed is known by name and is little, and when each of these is
 * seen to pass, the step has not failed; it remembers who needed that.
 */
async function secondTry(step, first, logFile, live) {
  const unsteady = failuresOf(first.lines);
  if (unsteady.length === 0 || unsteady.length > FEW || unsteady.length !== first.failed) return first;
  const names = unsteady.map(({ name }) => name);
  console.log(`   once more, alone: ${names.join(", ")}`);
  const second = await runStep({ ...step, command: step.again(names) }, logFile, live);
  const seconds = first.seconds + second.seconds;
  if (!second.ok || second.passed < names.length) return { ...first, seconds };
  return { ...first, ok: true, unsteady, seconds, passed: first.passed + first.failed, failed: 0 };
}

async function runStep({ command: [program, ...args], env }, logFile, live) {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const log = createWriteStream(logFile);
  const lines = [];
  const counts = { passed: 0, failed: 0 };
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const onLine = (line) => {
    lines.push(line);
    const { passed, failed } = counted(line);
    counts.passed += passed;
    counts.failed += failed;
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    if (live) stream.pipe(process.stdout, { end: false });
    byLine(stream, onLine);
  }
  const pulse = setInterval(() => {
    if (!live) console.log(`   still running after ${seconds().toFixed(0)} s: ${(lines.at(-1) ?? "").trim().slice(0, 100)}`);
  }, STILL_RUNNING_MS);
  const code = await new Promise((resolve) => {
    child.on("error", (error) => {
      onLine(`${program} could not be run: ${error.message}`);
      resolve(1);
    });
    child.on("close", resolve);
  });
  clearInterval(pulse);
  log.end();
  return { ...outcome(code, lines.findLast((line) => line.trim())), seconds: seconds(), lines, ...counts };
}

function byLine(stream, onLine) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop();
    lines.forEach(onLine);
  });
  stream.on("end", () => rest && onLine(rest));
}
