// The Debian packages Karcis is built, shown and tested with, and how they come onto the machine.
import { isDebian, must, output, Stop } from "./machine.mjs";

const BUILD = ["build-essential", "pkg-config", "ca-certificates"];
const WINDOW = ["libwebkit2gtk-4.1-dev", "libayatana-appindicator3-dev", "librsvg2-dev"];
const TEST = [
  ...["xvfb", "xauth", "xdotool", "webkit2gtk-driver", "dbus", "dbus-x11", "gnome-keyring"],
  ...["fonts-dejavu-core", "poppler-utils", "strace", "python3", "python3-venv"],
  // Ubuntu has no such packages; there these two variables name a browser and its driver.
  ...(process.env.KARCIS_CHROMIUM && process.env.KARCIS_CHROMEDRIVER ? [] : ["chromium", "chromium-driver"]),
];
/** A Windows program is built, run and packed with these. The win32 threads need no DLL of their own beside the program. */
const WINDOWS = [
  ...["gcc-mingw-w64-x86-64-win32", "g++-mingw-w64-x86-64-win32", "binutils-mingw-w64-x86-64", "mingw-w64-x86-64-dev"],
  ...["wine", "wine64", "xvfb", "xauth", "nsis"],
];
const LISTS = { build: BUILD, window: WINDOW, test: TEST, windows: WINDOWS };

/** Installs what is missing of the named lists; does nothing, quickly, when nothing is. */
export function installPackages(...lists) {
  const wanted = lists.flatMap((list) => LISTS[list]);
  if (!isDebian()) return checkLibraries(lists, wanted);
  const present = installed(wanted);
  const missing = wanted.filter((name) => !present.has(name));
  if (missing.length === 0) return;
  console.log(`Installing ${missing.length} Debian packages: ${missing.join(" ")}`);
  const apt = [...rootPrefix(missing), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
  must(apt[0], [...apt.slice(1), "update"]);
  must(apt[0], [...apt.slice(1), "install", "-y", "--no-install-recommends", ...missing]);
}

function checkLibraries(lists, wanted) {
  if (!lists.includes("window") || output("pkg-config", ["--exists", "webkit2gtk-4.1"]) !== null) return;
  const what = "This is neither Debian nor Ubuntu. Please install what these Debian packages hold, then run this again";
  throw new Stop(`${what}:\n  ${wanted.join(" ")}`);
}

/** Asks dpkg once; it fails as a whole when it has never heard of one name, yet prints the others. */
function installed(names) {
  const ask = "dpkg-query -W -f '${Package} ${db:Status-Status}\\n' \"$@\" 2>/dev/null || true";
  const lines = (output("sh", ["-c", ask, "sh", ...names]) ?? "").split("\n");
  return new Set(lines.filter((line) => line.endsWith(" installed")).map((line) => line.split(" ")[0]));
}

function rootPrefix(missing) {
  if (process.getuid() === 0) return [];
  if (process.stdin.isTTY && output("sudo", ["--version"]) !== null) return ["sudo"];
  // Nobody is there to type a password.
  if (output("sudo", ["-n", "true"]) !== null) return ["sudo", "-n"];
  throw new Stop(`Some packages are missing, and installing them needs root. Please run:\n  apt-get install ${missing.join(" ")}`);
}
