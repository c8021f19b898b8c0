// A Windows PC to try the installer on: a prefix of Wine that says it is Windows 10.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { endWine, freshPrefix, runUnderWine, wine, wineEnv } from "../wine.mjs";

const LOCAL = "C:\\users\\USER\\AppData\\Local";
const UNINSTALL_KEY = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\id.karcis.app";
const RUN_KEY = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";
const WEBVIEW2_KEY = "HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\EdgeUpdate\\Clients\\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
const LONGEST = { timeout: 120_000 };
/** What it starts and leaves behind would hold on to our ends of its pipes. */
const ALONE = { stdio: "ignore" };

/** A PC on which nobody has installed anything. */
export async function freshPc(folder) {
  const pc = new Pc(await freshPrefix(folder));
  pc.run("winecfg", ["/v", "win10"]);
  return pc;
}

class Pc {
  constructor(prefix) {
    this.prefix = prefix;
    const users = readdirSync(join(prefix, "drive_c/users"));
    this.local = LOCAL.replace("USER", users.find((name) => name !== "Public"));
    this.programs = `${this.local}\\Programs\\Karcis`;
    this.books = `${this.local}\\Karcis`;
  }

  /** Runs a Windows program to its end; answers `{ status, stdout }`. */
  run(program, args = [], options = {}) {
    const done = runUnderWine(this.prefix, program, args, { ...LONGEST, ...options });
    return { status: done.status, stdout: (done.stdout ?? "").replaceAll("\r", "") };
  }

  /** Runs one that may write no file larger than this many KiB, as on a disk that is nearly full; answers its exit code. */
  runCramped(kibibytes, program, args) {
    const cramped = `trap "" XFSZ; ulimit -f ${kibibytes}; exec "$@"`;
    const command = ["-c", cramped, "sh", wine(), program, ...args];
    return spawnSync("bash", command, { ...LONGEST, ...ALONE, env: wineEnv(this.prefix) }).status;
  }

  /** Starts a program and leaves it running; `printed()` is what it has said so far. */
  start(program, args = []) {
    const child = spawn(wine(), [program, ...args], { env: wineEnv(this.prefix), stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (some) => (text += some));
    return Object.assign(child, { printed: () => text });
  }

  /** Runs an installer silently; answers its exit code. */
  install(setup, ...args) {
    return this.run(setup, ["/S", ...args], ALONE).status;
  }

  /** Runs the uninstaller silently; answers its exit code. */
  uninstall(...args) {
    return this.run(`${this.programs}\\uninstall.exe`, ["/S", ...args, `_?=${this.programs}`], ALONE).status;
  }

  /** A program that was installed. */
  installed(name) {
    return `${this.programs}\\${name}`;
  }

  /** The file of this machine behind a path of Windows. */
  file(path) {
    return join(this.prefix, "drive_c", path.slice(3).replaceAll("\\", "/"));
  }

  has(path) {
    return existsSync(this.file(path));
  }

  /** Every file below a folder of Windows with the sum of what is in it; nothing when there is no such folder. */
  contents(path) {
    const folder = this.file(path);
    if (!existsSync(folder)) return {};
    const files = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
    const sum = (name) => createHash("sha256").update(readFileSync(join(folder, name))).digest("hex");
    return Object.fromEntries(files.sort().map((name) => [name, sum(name)]));
  }

  /** A value of the registry, or null. */
  value(key, name) {
    const { status, stdout } = this.run("reg", ["query", key, "/v", name]);
    return status === 0 ? (/REG_\w+\s+(.*)/.exec(stdout)?.[1].trim() ?? "") : null;
  }

  /** What Windows lists of Karcis among the installed programs. */
  listed(name) {
    return this.value(UNINSTALL_KEY, name);
  }

  /** Makes Windows forget that Karcis was ever installed, whatever an earlier trial left. */
  forget() {
    this.run("reg", ["delete", UNINSTALL_KEY, "/f"]);
    this.run("reg", ["delete", RUN_KEY, "/v", "Karcis", "/f"]);
  }

  /** What Windows starts when somebody signs in. */
  autostart() {
    return this.value(RUN_KEY, "Karcis");
  }

  /** Makes it look as if WebView2 were here, or not. */
  pretendWebView2(isHere) {
    if (isHere) this.run("reg", ["add", WEBVIEW2_KEY, "/v", "pv", "/d", "120.0.2210.91", "/f"]);
    else this.run("reg", ["delete", WEBVIEW2_KEY, "/f"]);
  }

  /** Says that it is another Windows. */
  become(version) {
    this.run("winecfg", ["/v", version]);
  }

  /** Ends what runs, and takes the PC away. */
  scrap() {
    endWine(this.prefix);
    rmSync(this.prefix, { recursive: true, force: true });
  }
}
