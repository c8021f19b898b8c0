// The parts of the window that no web driver reaches: native dialogs, driven by keyboard through the X server.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const WAIT_MS = 15_000;

/** Waits for a native dialog whose title matches, gives it the keyboard and answers its id. */
export async function dialog(title) {
  const found = await xdotool("search", "--sync", "--onlyvisible", "--name", title);
  const id = found.trim().split("\n").at(-1);
  // Without a window manager the keyboard follows the pointer.
  await xdotool("mousemove", "--window", id, "5", "5");
  await xdotool("windowfocus", "--sync", id);
  return id;
}

/** Types into the dialog that has the keyboard. */
export async function type(text) {
  await xdotool("type", "--delay", "2", text);
}

/** Presses keys by their X names: `keys("ctrl+a", "Return")`. */
export async function keys(...names) {
  await xdotool("key", "--delay", "2", ...names);
}

async function xdotool(...args) {
  const { stdout } = await run("xdotool", args, { timeout: WAIT_MS });
  return stdout;
}
