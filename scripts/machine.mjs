// What this machine is, and how to run a program on it. Everything the other scripts know of the outside goes through here.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** Where cargo builds: its own setting when there is one. */
export const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** A built program of the dev profile. */
export const built = (name, profile = "debug") => join(target, profile, process.platform === "win32" ? `${name}.exe` : name);

/** A mistake whose message is meant for the person at the terminal; it is printed without a stack. */
export class Stop extends Error {}

/** Something this machine cannot be given: reason enough to skip what needs it, and to say so. */
export class Unavailable extends Stop {}

/** Tells whether a window can open here. */
export function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Tells whether this is Debian, Ubuntu or one of their children. */
export function isDebian() {
  if (process.platform !== "linux" || !existsSync("/etc/os-release")) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Runs a program to its end with its output on this terminal; anything but success stops the script. */
export function must(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, stdio: "inherit", ...options });
  if (done.error) throw new Stop(`${program} could not be run: ${done.error.message}`);
  if (done.status !== 0) throw new Stop(`${program} ${args.slice(0, 3).join(" ")} ended with ${done.status ?? done.signal}.`);
}

/** What a program prints, or null when it fails or does not exist. */
export function output(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 256 << 20, ...options });
  return done.status === 0 ? done.stdout : null;
}

/** Runs npm with the very npm that started this script, so that it also works where `npm` is a shell script. */
export function npm(args) {
  const npmScript = process.env.npm_execpath;
  if (npmScript) must(process.execPath, [npmScript, ...args]);
  else must("npm", args, { shell: process.platform === "win32" });
}

/** Runs a program in the foreground and ends this script the way the program ended. */
export function become(program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: "inherit", ...options });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => end(new Stop(`${program} could not be run: ${error.message}`)));
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** Runs a script's work; a [`Stop`] is a sentence, everything else a fault with its stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    end(error);
  }
}

function end(error) {
  console.error(error instanceof Stop ? `\n${error.message}` : error);
  process.exit(1);
}

/** True when the script was started itself rather than imported. */
export const isMain = (meta) => Boolean(process.argv[1]) && fileURLToPath(meta.url) === process.argv[1];

// A terminal opened before Rust was installed does not know it yet.
const cargoHome = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "bin");
if (existsSync(cargoHome) && !(process.env.PATH ?? "").split(delimiter).includes(cargoHome)) {
  process.env.PATH = `${process.env.PATH ?? ""}${delimiter}${cargoHome}`;
}
