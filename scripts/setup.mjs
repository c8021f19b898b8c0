// Makes a machine ready: Debian packages, a recent Rust, npm packages. Quick when there is nothing to do.
// On its own (`npm run setup`) it prepares everything that `npm test` needs.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { isMain, main, npm, output, root, Stop } from "./machine.mjs";
import { installPackages } from "./packages.mjs";
import { staleVendored } from "./vendor.mjs";

const OLDEST_RUST = [1, 95];
const OLDEST_NODE = 20;

/** Prepares the machine for the named lists of packages (`build`, `window`, `test`). */
export function setUp(...lists) {
  const [node] = process.versions.node.split(".").map(Number);
  if (node < OLDEST_NODE) throw new Stop(`Karcis needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}.`);
  if (process.platform === "linux") installPackages(...lists);
  else if (process.platform === "win32") checkWindows();
  else console.log("Karcis is made for Linux and Windows. Nothing is installed here; on macOS it is untested.");
  checkRust(lists.includes("test"));
  installModules();
}

function checkRust(withTools) {
  const version = rustVersion();
  if (!version) throw new Stop(`Rust is missing. Install it from https://rustup.rs (${OLDEST_RUST.join(".")} or newer), then run this again.`);
  if (version[0] < OLDEST_RUST[0] || (version[0] === OLDEST_RUST[0] && version[1] < OLDEST_RUST[1])) {
    throw new Stop(`Karcis needs Rust ${OLDEST_RUST.join(".")} or newer; this is ${version.join(".")}. Run: rustup update stable`);
  }
  if (!withTools) return;
  for (const [tool, component] of [["cargo-clippy", "clippy"], ["rustfmt", "rustfmt"]]) {
    if (output(tool, ["--version"]) === null) throw new Stop(`The tests need ${component}. Run: rustup component add ${component}`);
  }
}

function rustVersion() {
  const [, major, minor] = /^cargo (\d+)\.(\d+)/.exec(output("cargo", ["--version"]) ?? "") ?? [];
  return major === undefined ? null : [Number(major), Number(minor)];
}

function installModules() {
  const record = join(root, "node_modules/.package-lock.json");
  const lock = join(root, "package-lock.json");
  if (!existsSync(record) || statSync(record).mtimeMs < statSync(lock).mtimeMs) {
    npm(["ci", "--ignore-scripts", "--loglevel=error"]);
  }
  const stale = staleVendored();
  if (stale.length > 0) throw new Stop(`These vendored files differ from node_modules; run npm run vendor:\n  ${stale.join("\n  ")}`);
}

/** On Windows nothing is installed by a script; everything that is missing is named at once. */
function checkWindows() {
  const missing = [];
  if (!rustVersion()) missing.push("Rust (MSVC): https://rustup.rs");
  if (!hasBuildTools()) {
    missing.push('Build Tools for Visual Studio with "Desktop development with C++": winget install Microsoft.VisualStudio.2022.BuildTools');
  }
  if (!hasWebView2()) missing.push("Microsoft Edge WebView2 Runtime: winget install Microsoft.EdgeWebView2Runtime");
  if (missing.length > 0) throw new Stop(`Please install, then run this again:\n  - ${missing.join("\n  - ")}`);
}

function hasBuildTools() {
  const programs = process.env["ProgramFiles(x86)"] ?? "C:\\Program Files (x86)";
  const locator = join(programs, "Microsoft Visual Studio\\Installer\\vswhere.exe");
  const component = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64";
  const found = output(locator, ["-products", "*", "-requires", component, "-property", "installationPath"]);
  return Boolean(found?.trim());
}

function hasWebView2() {
  const client = "Microsoft\\EdgeUpdate\\Clients\\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
  const places = [`HKLM\\SOFTWARE\\WOW6432Node\\${client}`, `HKLM\\SOFTWARE\\${client}`, `HKCU\\Software\\${client}`];
  return places.some((place) => /REG_SZ\s+\d*[1-9]/.test(output("reg", ["query", place, "/v", "pv"]) ?? ""));
}

if (isMain(import.meta)) {
  await main(() => {
    setUp("build", "window", "test");
    console.log("This machine is ready: npm start, npm test.");
  });
}
