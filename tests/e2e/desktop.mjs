// The parts of the window that no web driver reaches: native dialogs, driven by keyboard through the X server.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const closer = fileURLToPath(new URL("./close.py", import.meta.url));
const WAIT_MS = 60_000;
const POLL_MS = 50;
const LEFT = /BadWindow|BadMatch|BadDrawable/;
/** A dialog that has not answered keys for so long has lost them, for it was drawn before it listened. */
const LOST_MS = 5_000;

/**
 * Waits for a native dialog whose title matches and gives it keys, `{ type: "text" }` or names of X like "ctrl+a", until it is
 * gone: then the next one with that title is another.
 */
export async function answer(title, ...steps) {
  const id = await dialog(title);
  const deadline = performance.now() + WAIT_MS;
  while (await isShown(title, id)) {
    if (performance.now() > deadline) throw new Error(`the dialog ${title} takes no keys`);
    await toDialog(id, steps);
    const lost = performance.now() + LOST_MS;
    while (performance.now() < lost && (await isShown(title, id))) await pause();
  }
}

/** Waits for a native dialog whose title matches, gives it the keyboard and answers its id. */
export async function dialog(title) {
  const id = await found(title);
  // Without a window manager the keyboard follows the pointer.
  await unlessGone(xdotool("mousemove", "--window", id, "5", "5"));
  await unlessGone(xdotool("windowfocus", id));
  return id;
}

/** How many windows whose title matches are shown. */
export async function shown(title) {
  return (await idsOf(title)).length;
}

/** Waits until so many windows whose title matches are shown. */
export async function showing(title, count) {
  const deadline = performance.now() + WAIT_MS;
  for (let now = await shown(title); now !== count; now = await shown(title)) {
    if (performance.now() > deadline) throw new Error(`${now} windows are called ${title}, not ${count}`);
    await pause();
  }
}

/** Asks a window to close, as its frame's button does. */
export async function close(title) {
  await run("python3", [closer, await found(title)], { timeout: WAIT_MS });
}

async function toDialog(id, steps) {
  for (const step of steps) {
    const words = step.type === undefined ? ["key", "--delay", "2", "--window", id, step] : ["type", "--delay", "2", "--window", id, step.type];
    await unlessGone(xdotool(...words));
  }
}

async function found(title) {
  const deadline = performance.now() + WAIT_MS;
  for (let ids = await idsOf(title); ; ids = await idsOf(title)) {
    if (ids.length > 0) return ids.at(-1);
    if (performance.now() > deadline) throw new Error(`no window is called ${title}`);
    await pause();
  }
}

async function isShown(title, id) {
  return (await idsOf(title)).includes(id);
}

async function idsOf(title) {
  for (;;) {
    try {
      return (await xdotool("search", "--onlyvisible", "--name", title)).trim().split("\n");
    } catch (error) {
      // A window that goes while it is looked at ends the search; 1 and no complaint says that there is none.
      if (LEFT.test(error.stderr)) continue;
      if (error.code !== 1) throw error;
      return [];
    }
  }
}

/** What is done to a window that leaves meanwhile is not done, and that is all. */
async function unlessGone(deed) {
  await deed.catch((error) => {
    if (!LEFT.test(error.stderr)) throw error;
  });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

async function xdotool(...args) {
  const { stdout } = await run("xdotool", args, { timeout: WAIT_MS });
  return stdout;
}
