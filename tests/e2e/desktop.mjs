// The parts of the window that no web driver reaches: native dialogs, driven by keyboard through the X server.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const closer = fileURLToPath(new URL("./close.py", import.meta.url));
const WAIT_MS = 15_000;
const POLL_MS = 50;

/** Waits for a native dialog whose title matches, gives it the keyboard and answers its id. */
export async function dialog(title) {
  const found = await xdotool("search", "--sync", "--onlyvisible", "--name", title);
  const id = found.trim().split("\n").at(-1);
  // Without a window manager the keyboard follows the pointer.
  await xdotool("mousemove", "--window", id, "5", "5");
  await xdotool("windowfocus", "--sync", id);
  return id;
}

/** How many windows whose title matches are shown. */
export async function shown(title) {
  try {
    return (await xdotool("search", "--onlyvisible", "--name", title)).trim().split("\n").length;
  } catch {
    // It fails when there is none.
    return 0;
  }
}

/** Waits until so many windows whose title matches are shown. */
export async function showing(title, count) {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const now = await shown(title);
    if (now === count) return;
    if (performance.now() > deadline) throw new Error(`${now} windows are called ${title}, not ${count}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Asks a window to close, as its frame's button does. */
export async function close(title) {
  const found = await xdotool("search", "--sync", "--onlyvisible", "--name", title);
  await run("python3", [closer, found.trim().split("\n").at(-1)], { timeout: WAIT_MS });
}

/** Presses Escape until no window whose title matches is left: a key that comes before a dialog listens is lost. */
export async function dismissed(title) {
  const deadline = performance.now() + WAIT_MS;
  for (let left = await shown(title); left > 0; left = await shown(title)) {
    if (performance.now() > deadline) throw new Error(`${title} is still shown`);
    await keys("Escape");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
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
