// What the commands of the Windows side have in common: where the tools cannot be installed they fail with the reason, or,
// asked with --if-possible as `npm test` does, skip with it.
import { parseArgs } from "node:util";
import { main, Unavailable } from "../machine.mjs";
import { SKIPPED } from "../steps.mjs";

/** Runs a command of the Windows side. */
export function onWindowsSide(work) {
  return main(async () => {
    const options = { "if-possible": { type: "boolean" } };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    try {
      await work(positionals);
    } catch (error) {
      if (!values["if-possible"] || !(error instanceof Unavailable)) throw error;
      // The last line is what the table of steps shows.
      console.log(`Skipped: ${error.message.replaceAll(/\s*\n\s*/g, " ")}`);
      process.exitCode = SKIPPED;
    }
  });
}
