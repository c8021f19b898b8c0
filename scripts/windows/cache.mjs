// Where what the Windows side needs is kept, outside the tree: made once, whole or not at all.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";

/** The folder for what can be made again, as the desktop's rules name it. */
export function cacheFolder(env = process.env, home = homedir()) {
  const named = env.XDG_CACHE_HOME;
  return join(named && isAbsolute(named) ? named : join(home, ".cache"), "karcis/windows");
}

/** A short name for exactly these ingredients: another recipe makes another folder, and never a mixture. */
export function fingerprint(...ingredients) {
  return createHash("sha256").update(JSON.stringify(ingredients)).digest("hex").slice(0, 12);
}

/**
 * Makes a folder whole or not at all: `make` fills one beside it, which is then renamed. What a broken-off attempt left is
 * thrown away, and of two at once the first to end is kept.
 */
export async function whole(folder, make) {
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  sweep(folder);
  const unfinished = `${folder}.unfinished-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  try {
    await make(unfinished);
    keep(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function keep(unfinished, folder) {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Throws away what attempts left whose process is gone. */
function sweep(folder) {
  const start = `${basename(folder)}.unfinished-`;
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(start) && !isAlive(Number(name.slice(start.length)))) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
