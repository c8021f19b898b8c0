// npm start: makes the machine ready, builds and opens the window. Where there is no display it serves the same screens on
// 127.0.0.1 and prints the address. KARCIS_DATA names another data folder than the system's usual one.
//   npm run demo -- [options]       the main job without a window: plan, batch, router, PDF
import { become, built, hasDisplay, main, must } from "./machine.mjs";
import { setUp } from "./setup.mjs";

await main(() => {
  const [verb, ...options] = process.argv.slice(2);
  if (verb === "demo") return openConsole(["demo", ...options]);
  if (hasDisplay()) return openWindow();
  console.log("There is no display here, so the screens are served to a browser.");
  openConsole(["serve", "--listen", "127.0.0.1:0", ...dataFolder()]);
});

function openWindow() {
  setUp("build", "window");
  must("cargo", ["build", "-p", "karcis"]);
  become(built("karcis"), []);
}

function openConsole(args) {
  setUp("build");
  must("cargo", ["build", "-p", "karcis-app", "--bin", "karcis-cli"]);
  become(built("karcis-cli"), args);
}

function dataFolder() {
  return process.env.KARCIS_DATA ? ["--data", process.env.KARCIS_DATA] : [];
}
