// Files from Debian's archive, fetched with apt's own configuration: its mirrors, its proxy, its check of the sum.
import { existsSync } from "node:fs";
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

/** Fetches these packages and everything they need that is not installed; nothing is installed. Answers the files. */
export function fromArchive(names, folder) {
  const command = ["-qq", "install", "-y", "--print-uris", "--no-install-recommends", ...names];
  const wanted = printedUris(output("apt-get", command) ?? "");
  if (wanted.length === 0) throw new Unavailable(`apt does not know how to get ${names.join(", ")}.`);
  return wanted.map(({ address, name, sum }) => {
    const file = join(folder, name);
    if (!fetched(address, sum, file)) throw new Unavailable(`${name} could not be fetched from Debian's mirror.`);
    return file;
  });
}

/** What apt prints of the files it would fetch: address, name, size and sum. */
export function printedUris(lines) {
  const found = lines.split("\n").map((line) => /^'([^']+)' (\S+\.deb) \d+ (?:SHA256:)?([0-9a-f]{64})$/.exec(line.trim()));
  return found.filter(Boolean).map(([, address, name, sum]) => ({ address, name, sum }));
}

/** Unpacks a package into a folder; none of its scripts run. */
export function unpack(file, folder) {
  must("dpkg", ["-x", file, folder]);
}

function fetched(address, sha256, file) {
  return output(FETCH, ["-o", "Acquire::Retries=2", "download-file", address, file, `SHA256:${sha256}`]) !== null && existsSync(file);
}
