// npm run build: the optimised programs, ready to be packed.
import { statSync } from "node:fs";
import { built, main, must } from "./machine.mjs";
import { setUp } from "./setup.mjs";

await main(() => {
  setUp("build", "window");
  must("cargo", ["build", "--release", "--locked", "-p", "karcis", "-p", "karcis-app", "--bins"]);
  for (const name of ["karcis", "karcis-cli"]) {
    const program = built(name, "release");
    console.log(`${program}  ${(statSync(program).size / 1024 / 1024).toFixed(1)} MiB`);
  }
});
