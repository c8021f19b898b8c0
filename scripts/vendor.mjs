// Copies the front-end libraries from node_modules into ui/static/vendor, licences beside them. They are committed, so that
// the Rust side builds from a clean clone without npm.
//   npm run vendor                     refreshes every vendored file
//   npm run vendor -- add NAME ...     takes more icons of bootstrap-icons
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { isMain, main, root, Stop } from "./machine.mjs";

const modules = join(root, "node_modules");
const vendor = join(root, "ui/static/vendor");
const icons = join(vendor, "icons");

const FILES = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "htmx.LICENSE.txt": "htmx.org/LICENSE",
  "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
  "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
  "bootstrap.LICENSE.txt": "bootstrap/LICENSE",
  "popper.LICENSE.txt": "@popperjs/core/LICENSE.md",
  "icons/LICENSE.txt": "bootstrap-icons/LICENSE",
};

/** Every vendored file and the file of node_modules it is a copy of; an icon is vendored once it lies in the folder. */
export function vendored() {
  const drawn = existsSync(icons) ? readdirSync(icons).filter((name) => name.endsWith(".svg")) : [];
  const pairs = [...Object.entries(FILES), ...drawn.map((name) => [`icons/${name}`, `bootstrap-icons/icons/${name}`])];
  return pairs.map(([to, from]) => ({ to: join(vendor, to), from: join(modules, from) }));
}

/** Names the vendored files that differ from node_modules. */
export function staleVendored() {
  const same = ({ to, from }) => existsSync(to) && existsSync(from) && readFileSync(to).equals(readFileSync(from));
  return vendored().filter((pair) => !same(pair)).map(({ to }) => to.slice(root.length));
}

function refresh() {
  mkdirSync(icons, { recursive: true });
  for (const { to, from } of vendored()) copyFileSync(from, to);
}

function add(names) {
  mkdirSync(icons, { recursive: true });
  for (const name of names) {
    const from = join(modules, "bootstrap-icons/icons", `${basename(name, ".svg")}.svg`);
    if (!existsSync(from)) throw new Stop(`bootstrap-icons has no icon named ${name}.`);
    copyFileSync(from, join(icons, basename(from)));
  }
}

if (isMain(import.meta)) {
  await main(() => {
    const [verb, ...names] = process.argv.slice(2);
    if (verb === "add") add(names);
    else if (verb) throw new Stop("Usage: npm run vendor [-- add ICON ...]");
    refresh();
    console.log(`${vendored().length} vendored files are as in node_modules.`);
  });
}
