// What the Node clients are put through has in common: the routers, the control port, and telling how it went.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { createInterface } from "node:readline";

/** The packages stand where the script that runs this has installed them, not beside this file. */
export const load = createRequire(`${process.env.CLIENTS_MODULES}/package.json`);

/** A word whose length takes three bytes. */
export const LONG = "panjang".repeat(3000);

/** Runs `trial(release, port, control)` on every router of the command line. */
export async function eachRouter(trial) {
  let failed = false;
  for (const argument of process.argv.slice(2)) {
    const [release, ports] = argument.split("=");
    const [port, controlPort] = ports.split(":").map(Number);
    const control = new Control(controlPort);
    try {
      await trial(release, port, control);
      console.log(`ok ${release}`);
    } catch (error) {
      failed = true;
      console.log(`not ok ${release}\n${error.stack ?? error}`);
    }
    control.close();
  }
  process.exit(failed ? 1 : 0);
}

/** The text with which something is refused. */
export async function refusal(promise) {
  const outcome = await promise.then(
    () => null,
    (error) => error.message ?? String(error),
  );
  assert.notEqual(outcome, null, "it was not refused");
  return outcome;
}

/** The control port of one pretend router. */
class Control {
  constructor(port) {
    this.socket = connect(port, "127.0.0.1");
    this.waiting = [];
    createInterface({ input: this.socket }).on("line", (line) => this.waiting.shift()(JSON.parse(line)));
  }

  async ask(op, fields) {
    const reply = new Promise((resolve) => this.waiting.push(resolve));
    this.socket.write(`${JSON.stringify({ op, ...fields })}\n`);
    assert.ok((await reply).ok);
  }

  close() {
    this.socket.destroy();
  }
}
