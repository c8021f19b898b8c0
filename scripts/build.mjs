// npm run build: the optimised programs for this machine, and the Debian package of them in dist/.
//   npm run build -- --packed     packs the programs that were built before
import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { edition, editionEnv } from "./edition.mjs";
import { built, isDebian, main, must, root } from "./machine.mjs";
import { debName, packDeb } from "./release/deb.mjs";
import { momentOf } from "./release/moment.mjs";
import { setUp } from "./setup.mjs";

await main(() => {
  const { values } = parseArgs({ options: { packed: { type: "boolean" } } });
  setUp("build", "window");
  const what = edition();
  if (!values.packed) {
    const env = { ...process.env, ...editionEnv(what) };
    must("cargo", ["build", "--release", "--locked", "-p", "karcis", "-p", "karcis-app", "--bins"], { env });
  }
  const programs = ["karcis", "karcis-cli"].map((name) => built(name, "release"));
  for (const program of programs) tell(program);
  if (!isDebian() || process.arch !== "x64") return console.log("The Debian package is made on Debian for x86-64 only.");
  mkdirSync(join(root, "dist"), { recursive: true });
  const out = join(root, "dist", debName(what));
  packDeb({ folder: dirname(programs[0]), out, edition: what, moment: momentOf(what) });
  tell(out);
});

function tell(file) {
  console.log(`${file}  ${(statSync(file).size / 1024 / 1024).toFixed(1)} MiB`);
}
