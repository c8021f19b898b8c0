// The Debian packages Karcis is built, shown and tested with, and how they come onto the machine.
import { distribution, must, output, Stop } from "./machine.mjs";

const BUILD = ["build-essential", "pkg-config", "ca-certificates"];
const WINDOW = ["libwebkit2gtk-4.1-dev", "libayatana-appindicator3-dev", "librsvg2-dev"];
const TEST = [
  ...["xvfb", "xauth", "xdotool", "webkit2gtk-driver", "dbus", "dbus-x11", "gnome-keyring"],
  ...["chromium", "chromium-driver", "fonts-dejavu-core", "poppler-utils", "strace"],
];
const LISTS = { build: BUILD, window: WINDOW, test: TEST };
const KNOWN = new Set(["debian", "ubuntu", "linuxmint", "pop", "raspbian"]);

/** Installs what is missing of the named lists; does nothing, quickly, when nothing is. */
export function installPackages(...lists) {
  const wanted = lists.flatMap((list) => LISTS[list]);
  if (!KNOWN.has(distribution())) {
    console.log(`This is not Debian or Ubuntu, so nothing is installed. Karcis needs what these packages hold:\n  ${wanted.join(" ")}`);
    return;
  }
  const present = installed(wanted);
  const missing = wanted.filter((name) => !present.has(name));
  if (missing.length === 0) return;
  console.log(`Installing ${missing.length} Debian packages: ${missing.join(" ")}`);
  const apt = [...rootPrefix(missing), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
  must(apt[0], [...apt.slice(1), "update"]);
  must(apt[0], [...apt.slice(1), "install", "-y", "--no-install-recommends", ...missing]);
}

/** Asks dpkg once; it fails as a whole when it has never heard of one name, yet prints the others. */
function installed(names) {
  const ask = "dpkg-query -W -f '${Package} ${db:Status-Status}\\n' \"$@\" 2>/dev/null || true";
  const lines = (output("sh", ["-c", ask, "sh", ...names]) ?? "").split("\n");
  return new Set(lines.filter((line) => line.endsWith(" installed")).map((line) => line.split(" ")[0]));
}

function rootPrefix(missing) {
  if (process.getuid() === 0) return [];
  if (output("sudo", ["--version"]) !== null) {
    return process.stdin.isTTY ? ["sudo"] : ["sudo", "-n"];
  }
  throw new Stop(`Some packages are missing and neither root nor sudo is here. As root, run:\n  apt-get install ${missing.join(" ")}`);
}
