// Reads what failed out of the output of cargo's tests or of the journeys, so that it can be told where a reader looks first:
// at the very end.

/** More failures than this have one cause that a second try will not heal, and are too many to tell one by one. */
export const FEW = 5;
const LINES_EACH = 10;
const LONGEST_LINE = 240;

/** The tests or journeys that failed, `{ name, told: [line, ...] }` each; a stack is left to the log. */
export function failuresOf(lines) {
  const known = lines.map(plain);
  return [...testsOf(known), ...journeysOf(known)].map(({ name, told }) => ({
    name,
    told: told.slice(0, LINES_EACH).map((line) => line.slice(0, LONGEST_LINE)),
  }));
}

function testsOf(lines) {
  const failures = [];
  let current = null;
  for (const line of lines) {
    const [, name] = /^---- (.+) stdout ----$/.exec(line) ?? [];
    if (name) {
      current = { name, told: [], stack: false };
      failures.push(current);
    } else if (/^(failures:|test result: |error: )/.test(line)) {
      current = null;
    } else if (current && line === "stack backtrace:") {
      current.stack = true;
    } else if (current?.stack && !/^ +(\d+: |at )/.test(line)) {
      current.stack = false;
    }
    if (current && !name && !current.stack && worthTelling(line)) current.told.push(line);
  }
  return failures;
}

/** A line names them all; the account of each follows, its first line with the name. */
function journeysOf(lines) {
  const at = lines.findLastIndex((line) => line.startsWith("failed in "));
  if (at < 0) return [];
  const [, engine, names] = /^failed in (\w+): (.+)$/.exec(lines[at]);
  const failures = names.split(", ").map((name) => ({ name, told: [] }));
  let current;
  for (const line of lines.slice(at + 1)) {
    const text = line.trimStart();
    current = failures.find(({ name }) => text.startsWith(`${engine} ${name}: `)) ?? current;
    if (text) current?.told.push(text);
  }
  return failures;
}

function worthTelling(line) {
  return line.trim() !== "" && !line.startsWith("note: ");
}

function plain(line) {
  return line.replace(/\u001b\[[0-9;]*m/g, "");
}
