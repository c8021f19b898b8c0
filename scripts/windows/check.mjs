// npm run windows:check: the lints of every crate, the window too, as for Windows. Warnings are errors.
import { isMain, must } from "../machine.mjs";
import { setUpWindows } from "./setup.mjs";
import { onWindowsSide } from "./side.mjs";
import { TARGET } from "./toolchain.mjs";

const LOCKED = process.env.CI ? ["--locked"] : [];

/** Looks every crate over for Windows. */
async function check() {
  const { cargo, env, clippy } = await setUpWindows();
  const all = [...LOCKED, "--workspace", "--all-targets"];
  // Nothing is looked at with a debugger here; and without its notes much less is written.
  const lean = { ...env, CARGO_PROFILE_DEV_DEBUG: "0", CARGO_INCREMENTAL: process.env.CARGO_INCREMENTAL ?? "0" };
  if (clippy) return must(cargo, ["clippy", ...all, "--", "-D", "warnings"], { env: lean });
  console.log("This Rust has no clippy: only the compiler's own warnings are errors.");
  const flags = `CARGO_TARGET_${TARGET.toUpperCase().replaceAll("-", "_")}_RUSTFLAGS`;
  must(cargo, ["check", ...all], { env: { ...lean, [flags]: "-D warnings" } });
}

if (isMain(import.meta)) await onWindowsSide(check);
