// npm run shots: pictures of every screen, wide and narrow, light and dark, in both languages, on one contact sheet.
//   npm run shots [-- --only WORD] [--window]     --window takes only the pictures of the real window for README
// Everything lies in artifacts/shots: the pictures, contact-sheet.html and contact-sheet.png.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { everyScreen, furnish, languages, pathOf, screens, sizes, themes } from "../tests/e2e/screens.mjs";
import { openShop } from "../tests/e2e/shop.mjs";
import { insideXvfb } from "../tests/e2e/xvfb.mjs";
import { main, must, root } from "./machine.mjs";
import { setUp } from "./setup.mjs";

const folder = join(root, "artifacts/shots");
/** A picture on the contact sheet is this much smaller than the screen. */
const SCALE = 0.3;

await main(async () => {
  const { values } = parseArgs({ options: { only: { type: "string" }, window: { type: "boolean" } } });
  setUp("build", "window", "test");
  insideXvfb();
  must("cargo", ["build", "-p", "karcis", "-p", "karcis-app", "-p", "routeros-sim", "--bins"]);
  const wanted = (screen) => !values.only || screen.name.includes(values.only);
  if (!values.window && !values.only) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await photographWindow(wanted);
  if (values.window) return;
  const pictures = await photographAll(wanted);
  await makeContactSheet(pictures);
});

/** The pictures of README: the real window, light and dark, in the first language. */
async function photographWindow(wanted) {
  for (const theme of themes) {
    await inShop("window", { theme }, async (page, shop) => {
      await furnish(page, shop);
      for (const screen of screens.filter((one) => one.readme && wanted(one))) {
        await page.open(pathOf(screen));
        await screen.reach?.(page);
        await page.painted();
        console.log(await page.save(`window-${screen.name}-${theme}.png`));
      }
    });
  }
}

async function photographAll(wanted) {
  const pictures = new Map();
  await inShop("chromium", {}, async (page, shop) => {
    await furnish(page, shop);
    await everyScreen(page, shop, { wanted }, async (screen, look) => {
      const file = `${screen.name}-${nameOf(look)}.png`;
      await page.painted();
      await page.save(file);
      pictures.set(file, look);
    });
  });
  console.log(`${pictures.size} pictures of ${screens.filter(wanted).length} screens`);
  return pictures;
}

/** One row a screen, one column a look, wide ones first. */
async function makeContactSheet(pictures) {
  const looks = sizes.flatMap((size) => languages.flatMap((language) => themes.map((theme) => ({ language, theme, ...size }))));
  const cell = (screen) => (look) => {
    const file = `${screen.name}-${nameOf(look)}.png`;
    const style = `width:${Math.round(look.width * SCALE)}px;height:${Math.round(look.height * SCALE)}px`;
    return pictures.has(file) ? `<td><a href="${file}"><img src="${file}" alt="${file}" style="${style}"></a></td>` : "<td></td>";
  };
  const head = looks.map((look) => `<th>${look.width} ${look.language} ${look.theme}</th>`).join("");
  const shown = screens.filter((screen) => looks.some((look) => pictures.has(`${screen.name}-${nameOf(look)}.png`)));
  const rows = shown.map((screen) => `<tr><th>${screen.name}</th>${looks.map(cell(screen)).join("")}</tr>`);
  const html = `<!doctype html><meta charset="utf-8"><title>Karcis: every screen</title>
<style>body{font:12px system-ui;margin:8px}table{border-spacing:6px}img{border:1px solid #888;display:block}</style>
<table><tr><th></th>${head}</tr>${rows.join("\n")}</table>`;
  const file = join(folder, "contact-sheet.html");
  writeFileSync(file, html);
  console.log(await photographSheet(`file://${file}`));
}

async function photographSheet(address) {
  return inShop("chromium", {}, async (page) => {
    await page.driver.get(address);
    const [width, height] = await page.when(
      "const { scrollWidth, scrollHeight } = document.documentElement, all = [...document.images];" +
        "return all.every((image) => image.complete) && [Math.max(scrollWidth, document.querySelector('table').offsetWidth + 16), scrollHeight]",
    );
    await page.resize(width, height);
    await page.painted();
    return page.save("contact-sheet.png");
  });
}

async function inShop(engine, options, work) {
  const shop = await openShop(engine, folder, options);
  try {
    return await work(shop.page, shop);
  } finally {
    await shop.close();
  }
}

function nameOf({ width, theme, language }) {
  return `${width}-${theme}-${language}`;
}
