// How a Windows program is run here: under Wine, in a Windows folder ("prefix") of its own that nothing else uses.
//   node scripts/windows/wine.mjs PROGRAM.exe [ARGUMENTS]     runs one in a fresh prefix below target/windows
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, main, must, output, root, Stop, target } from "../machine.mjs";
import { cacheFolder, fingerprint, whole } from "./cache.mjs";

const WINE = ["/usr/lib/wine/wine64", "/usr/bin/wine64"];
const SERVER = ["/usr/lib/wine/wineserver64", "/usr/lib/wine/wineserver", "/usr/bin/wineserver"];
/** The one DLL Wine 8.0 has not and Rust's standard library draws its randomness from. For tests only; Windows has its own. */
const RANDOMNESS = `#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T left)
{
    while (left) {
        ULONG some = left > 0x10000 ? 0x10000 : (ULONG)left;
        if (!SystemFunction036(to, some)) return FALSE;
        to += some;
        left -= some;
    }
    return TRUE;
}
`;
/** Raised when the way a prefix is made changes. */
const RECIPE = 1;

/** The program that runs Windows programs, and the one that keeps their world. */
export const wine = () => existing(WINE, "Wine");
const server = () => existing(SERVER, "Wine's server");

/** What Wine needs to know: which prefix; no display, no questions, nothing put into the menus of this desktop. */
export function wineEnv(prefix) {
  return {
    DISPLAY: undefined,
    WAYLAND_DISPLAY: undefined,
    WINEPREFIX: prefix,
    WINEARCH: "win64",
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree=;mshtml=;winemenubuilder.exe=",
    // Where the pictures of earlier runs lie, which tests compare with.
    INSTA_WORKSPACE_ROOT: `Z:${root}`,
    INSTA_UPDATE: "no",
  };
}

/** The same with everything else this process knows. */
const surroundings = (prefix, more = {}) => ({ ...process.env, ...wineEnv(prefix), ...more });

/** The prefix that others are copied from, made when there is none. */
export function pristinePrefix() {
  const version = output(wine(), ["--version"], { env: surroundings("/nonexistent") })?.trim();
  const folder = join(cacheFolder(), `prefix-${fingerprint(RECIPE, version, RANDOMNESS)}`);
  return whole(folder, (unfinished) => {
    console.log("Making a Windows folder for Wine");
    const env = surroundings(unfinished);
    must(wine(), ["wineboot", "--init"], { env, stdio: "ignore" });
    must(server(), ["-w"], { env, stdio: "ignore" });
    separateFromHome(join(unfinished, "drive_c/users"));
    addRandomness(join(unfinished, "drive_c/windows/system32"));
  });
}

/**
 * A new prefix in this folder, whatever stood there before. Only the DLLs that come with Wine are shared with the pristine
 * one: nobody writes to those.
 */
export async function freshPrefix(folder) {
  const pristine = await pristinePrefix();
  if (existsSync(folder)) endWine(folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const system = "drive_c/windows/system32";
  if (output("cp", ["-al", join(pristine, system), folder]) === null) {
    rmSync(join(folder, "system32"), { recursive: true, force: true });
    must("cp", ["-a", join(pristine, system), folder]);
  }
  copyAllBut(pristine, folder, system.split("/"));
  must("mv", [join(folder, "system32"), join(folder, system)]);
  return realpathSync(folder);
}

/**
 * Runs a Windows program to its end; answers its exit code and, unless `stdio` says otherwise, what it printed. With
 * `display` it gets a screen of its own that nobody sees.
 */
export function runUnderWine(prefix, program, args = [], { display = false, env = {}, ...options } = {}) {
  const command = display ? ["xvfb-run", "-a", wine(), program, ...args] : [wine(), program, ...args];
  const done = spawnSync(command[0], command.slice(1), { encoding: "utf8", ...options, env: surroundings(prefix, env) });
  if (done.error) throw new Stop(`${program} could not be run under Wine: ${done.error.message}`);
  return done;
}

/** Ends everything that still runs in this prefix, and this prefix only. */
export function endWine(prefix) {
  const env = surroundings(prefix);
  spawnSync(server(), ["-k"], { env, stdio: "ignore" });
  spawnSync(server(), ["-w"], { env, stdio: "ignore" });
}

/** Documents, desktop and the like are folders of the prefix, not those of whoever runs the tests. */
function separateFromHome(users) {
  for (const user of readdirSync(users)) {
    for (const name of readdirSync(join(users, user))) {
      const place = join(users, user, name);
      if (!lstatSync(place).isSymbolicLink()) continue;
      rmSync(place);
      mkdirSync(place);
    }
  }
}

function addRandomness(system) {
  const goal = join(system, "bcryptprimitives.dll");
  if (existsSync(goal)) return;
  const source = join(system, "..", "bcryptprimitives.c");
  writeFileSync(source, RANDOMNESS);
  must("x86_64-w64-mingw32-gcc-win32", ["-shared", "-O2", "-s", "-o", goal, source, "-ladvapi32"]);
  rmSync(source);
}

/** Copies a folder without one that lies `path` deep in it. */
function copyAllBut(from, to, [first, ...rest]) {
  for (const name of readdirSync(from)) {
    if (name !== first) must("cp", ["-a", join(from, name), to]);
  }
  if (rest.length === 0) return;
  mkdirSync(join(to, first));
  copyAllBut(join(from, first), join(to, first), rest);
}

function existing(places, what) {
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Stop(`${what} is not where Debian puts it (${places.join(", ")}).`);
  return found;
}

if (isMain(import.meta)) {
  await main(async () => {
    const [program, ...args] = process.argv.slice(2);
    if (!program) throw new Stop("Which program?");
    const prefix = await freshPrefix(join(target, "windows/prefix-once"));
    try {
      process.exitCode = runUnderWine(prefix, program, args, { stdio: "inherit", display: true }).status ?? 1;
    } finally {
      endWine(prefix);
      rmSync(prefix, { recursive: true, force: true });
    }
  });
}
