// Reads what failed out of the output of cargo's tests, so that it can be told where a reader looks first: at the very end.

/** More failures than this have one cause that a second try will not heal, and are too many to tell one by one. */
export const FEW = 5;
const LINES_EACH = 8;
const LONGEST_LINE = 240;

/** The tests of cargo's that failed, `{ name, told: [line, ...] }` each; a stack is left to the log. */
export function failuresOf(lines) {
  const failures = [];
  let current = null;
  for (const line of lines.map(plain)) {
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
    if (current && !name && !current.stack && worthTelling(line)) current.told.push(line.slice(0, LONGEST_LINE));
  }
  return failures.map(({ name, told }) => ({ name, told: told.slice(0, LINES_EACH) }));
}

function worthTelling(line) {
  return line.trim() !== "" && !line.startsWith("note: ");
}

function plain(line) {
  return line.replace(/\u001b\[[0-9;]*m/g, "");
}
