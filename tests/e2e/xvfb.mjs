// A screen for the window where there is none, or where the developer's own is not to be disturbed.
import { spawnSync } from "node:child_process";
import { Stop } from "../../scripts/machine.mjs";

const MARK = "KARCIS_IN_XVFB";
/** Larger than the window's usual 1366 x 768, so that nothing of it is cut off; a key that is held long is one key (`-r`). */
const SCREEN = "-screen 0 1400x900x24 -nolisten tcp -r";

/** Runs this very script again under a virtual screen and ends with it; returns at once when that has been done. */
export function insideXvfb() {
  if (process.env[MARK]) return;
  const env = { ...process.env, [MARK]: "1" };
  delete env.WAYLAND_DISPLAY;
  const done = spawnSync("xvfb-run", ["-a", "-s", SCREEN, process.execPath, ...process.argv.slice(1)], { env, stdio: "inherit" });
  if (done.error) throw new Stop(`xvfb-run could not be run: ${done.error.message}`);
  process.exit(done.status ?? 1);
}
