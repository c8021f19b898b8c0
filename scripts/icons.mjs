// Renders icons/icon.svg into the files a desktop bundle wants, and puts the hand-drawn 16 x 16 into the Windows icon.
// Run by hand after the drawing changes (it fetches Tauri's own renderer): node scripts/icons.mjs
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const RENDERER = "@tauri-apps/cli@2.12.5";
const KEPT = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.icns"];
const icons = fileURLToPath(new URL("../icons/", import.meta.url));

const work = mkdtempSync(join(tmpdir(), "karcis-icons-"));
try {
  render(join(icons, "icon.svg"));
  render(join(icons, "icon-16.svg"), "-p", "16");
  for (const name of KEPT) copyFileSync(join(work, name), join(icons, name));
  const small = readFileSync(join(work, "16x16.png"));
  writeFileSync(join(icons, "icon.ico"), withSmallest(readFileSync(join(work, "icon.ico")), small));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function render(svg, ...options) {
  const run = spawnSync("npx", ["--yes", RENDERER, "icon", svg, "-o", work, ...options], { stdio: "inherit" });
  if (run.status !== 0) throw new Error(`${RENDERER} could not render ${svg}`);
}

/** An .ico is a header, one 16-byte entry per picture, then the pictures; only the 16 x 16 one is exchanged. */
function withSmallest(ico, png) {
  const count = ico.readUInt16LE(4);
  const head = Buffer.from(ico.subarray(0, 6 + 16 * count));
  const pictures = [];
  let offset = head.length;
  for (let i = 0; i < count; i++) {
    const entry = 6 + 16 * i;
    const start = ico.readUInt32LE(entry + 12);
    const picture = head[entry] === 16 ? png : ico.subarray(start, start + ico.readUInt32LE(entry + 8));
    head.writeUInt32LE(picture.length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += picture.length;
    pictures.push(picture);
  }
  return Buffer.concat([head, ...pictures]);
}
