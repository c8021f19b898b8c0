// Runs a list of commands one after the other, each with a heading, its duration and a line in a table at the end.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./machine.mjs";

const TAIL_LINES = 120;
const STILL_RUNNING_MS = 60_000;
/** How a command ends that cannot run on this machine; its last line says why. */
export const SKIPPED = 77;

/** Runs the steps `{ name, title, command: [program, ...args] }`; stops at the first failure unless told to go on. */
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
    const result = await runStep(step, join(folder, `${step.name}.log`), live);
    if (!result.ok && !live) console.log(result.tail.join("\n"));
    if (result.skipped && !live) console.log(`   ${result.skipped}`);
    console.log(`   ${verdict(result)} after ${result.seconds.toFixed(1)} s`);
    done.push({ ...step, ...result });
  }
  return done;
}

/** Prints what became of every step and, last, the sum of all tests; answers whether all is well. */
export function summarize(done) {
  const width = Math.max(...done.map(({ title }) => title.length));
  console.log("");
  for (const step of done) {
    const tests = step.skipped ?? (step.passed + step.failed > 0 ? `${step.passed} passed, ${step.failed} failed` : "");
    console.log(`${step.title.padEnd(width)}  ${verdict(step).padEnd(7)}  ${step.seconds.toFixed(1).padStart(7)} s  ${tests}`.trimEnd());
  }
  const sum = (key) => done.reduce((total, step) => total + step[key], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  return done.every(({ ok }) => ok);
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

async function runStep({ command: [program, ...args], env }, logFile, live) {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const log = createWriteStream(logFile);
  const tail = [];
  const counts = { passed: 0, failed: 0 };
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const onLine = (line) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
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
    if (!live) console.log(`   still running after ${seconds().toFixed(0)} s: ${(tail.at(-1) ?? "").trim().slice(0, 100)}`);
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
  return { ...outcome(code, tail.findLast((line) => line.trim())), seconds: seconds(), tail, ...counts };
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
