// npm run bench: measures the optimised programs and leaves the figures in artifacts/bench.json.
// The bench program talks to people on stderr and prints one JSON object, name to figure, on stdout.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { main, output, root, Stop } from "./machine.mjs";
import { setUp } from "./setup.mjs";

const FILE = join(root, "artifacts/bench.json");

await main(() => {
  setUp("build");
  const figures = { machine: machine(), ...measuredByRust(process.argv.slice(2)) };
  mkdirSync(join(root, "artifacts"), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(readFileSync(FILE, "utf8"));
});

function measuredByRust(args) {
  const run = ["run", "--release", "-p", "karcis-tests", "--bin", "bench", "--", ...args];
  const done = spawnSync("cargo", run, { cwd: root, encoding: "utf8", stdio: ["inherit", "pipe", "inherit"], maxBuffer: 64 << 20 });
  if (done.status !== 0) throw new Stop("The bench program failed.");
  try {
    return JSON.parse(done.stdout);
  } catch {
    throw new Stop(`The bench program printed no JSON object:\n${done.stdout.slice(0, 400)}`);
  }
}

function machine() {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 1024 ** 3),
    commit: output("git", ["describe", "--always", "--dirty"])?.trim() ?? "unknown",
  };
}
