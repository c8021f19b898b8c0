// Files from Debian's archive, fetched with apt's own configuration: its mirrors, its proxy, its check of the sum.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { must, output, Unavailable } from "../machine.mjs";

const FETCH = "/usr/lib/apt/apt-helper";

/** The mirrors apt takes Debian from; other people's archives are left out. */
export function debianMirrors() {
  const format = "$(ORIGIN) $(REPO_URI)";
  return mirrorsIn(output("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]) ?? "");
}

/** The mirrors in apt's list of `origin address` lines, those of security fixes last: they hold few packages. */
export function mirrorsIn(lines) {
  const addresses = lines.split("\n").filter((line) => line.startsWith("Debian ")).map((line) => line.slice(7).trim());
  const bare = [...new Set(addresses.map((address) => address.replace(/\/+$/, "")))].filter((address) => /^https?:/.test(address));
  const isSecurity = (address) => address.endsWith("-security");
  return [...bare.filter((address) => !isSecurity(address)), ...bare.filter(isSecurity)];
}

/** Fetches a file of the pool from the first mirror that has it with this sum; answers its path. */
export function fromPool(path, sha256, folder) {
  const mirrors = debianMirrors();
  if (mirrors.length === 0) throw new Unavailable("apt names no mirror of Debian on this machine.");
  const file = join(folder, path.split("/").at(-1));
  const tried = mirrors.some((mirror) => fetched(`${mirror}/${path}`, sha256, file));
  if (!tried) throw new Unavailable(`No mirror of Debian that apt knows has ${path}, or none can be reached.`);
  return file;
}

/**
 * Fetches these packages and everything they need that is not installed; apt checks them, nothing is installed. Answers the
 * files.
 */
export function fromArchive(names, folder) {
  mkdirSync(join(folder, "partial"), { recursive: true });
  // Nothing of apt's own is written, so nobody need be root and no lock is waited for.
  const apart = ["-o", `Dir::Cache::archives=${folder}/`, "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=", "-o", "Debug::NoLocking=1"];
  const done = output("apt-get", ["-qq", ...apart, "install", "-y", "--download-only", "--no-install-recommends", ...names]);
  const files = readdirSync(folder).filter((name) => name.endsWith(".deb"));
  if (done === null || files.length === 0) throw new Unavailable(`Debian's mirror does not give ${names.join(", ")}.`);
  return files.map((name) => join(folder, name));
}

/** Unpacks a package into a folder; none of its scripts run. */
export function unpack(file, folder) {
  must("dpkg", ["-x", file, folder]);
}

function fetched(address, sha256, file) {
  return output(FETCH, ["-o", "Acquire::Retries=2", "download-file", address, file, `SHA256:${sha256}`]) !== null && existsSync(file);
}
