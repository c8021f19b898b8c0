// Copies the front-end libraries from node_modules into ui/static/vendor, licences beside them. They are committed, so that
// the Rust side builds from a clean clone without npm.
//   npm run vendor
// The few icons the screens draw into their pages are kept in ui/static/icons, trimmed, and are not touched here.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, main, root } from "./machine.mjs";

const modules = join(root, "node_modules");
const vendor = join(root, "ui/static/vendor");

const FILES = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "htmx.LICENSE.txt": "htmx.org/LICENSE",
  "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
  "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
  "bootstrap.LICENSE.txt": "bootstrap/LICENSE",
  "popper.LICENSE.txt": "@popperjs/core/LICENSE.md",
};

/** Every vendored file and the file of node_modules it is a copy of. */
export function vendored() {
  return Object.entries(FILES).map(([to, from]) => ({ to: join(vendor, to), from: join(modules, from) }));
}

/** Names the vendored files that differ from node_modules. */
export function staleVendored() {
  const same = ({ to, from }) => existsSync(to) && existsSync(from) && readFileSync(to).equals(readFileSync(from));
  return vendored().filter((pair) => !same(pair)).map(({ to }) => to.slice(root.length));
}

if (isMain(import.meta)) {
  await main(() => {
    mkdirSync(vendor, { recursive: true });
    for (const { to, from } of vendored()) copyFileSync(from, to);
    console.log(`${vendored().length} vendored files are as in node_modules.`);
  });
}
