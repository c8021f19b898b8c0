// Every screen there is, once: `npm run shots` takes their pictures and the journey `screens` looks for barriers on each.
import { batch, found, onRouter, plan, practise, print } from "./steps.mjs";

/** What a furnished shop has, for the paths of its screens. */
const places = {};

/** Brings a new shop to where every screen has something to show. */
export async function furnish(page, _shop) {
  await found(page);
  await practise(page);
  await plan(page, 0);
  await plan(page, 1);
  places.batch = await batch(page, 120);
  await onRouter(page);
  await print(page, places.batch);
  await batch(page, 40);
  await onRouter(page);
  places.voucher = await page.run("return document.querySelector(\"#batch-vouchers a[href^='/vouchers/']\").getAttribute('href')");
  await page.open("/routers");
  places.router = await page.run("return document.querySelector(\"main a[href^='/routers/']:not([href$='new'])\").getAttribute('href').replace(/\\/edit$/, '')");
  await page.open("/plans");
  places.plan = await page.run("return document.querySelector(\"main a[href^='/plans/']:not([href*='new'])\").getAttribute('href')");
  await page.open("/staff");
  places.person = await page.run("return document.querySelector(\"main a[href^='/staff/']:not([href$='new'])\").getAttribute('href')");
}

/** Shows the pages in a language (`id`, `en`) from now on. */
export async function speak(page, language) {
  await page.open("/me");
  if ((await page.run("return document.documentElement.lang")) === language) return;
  await page.fill("#language", language);
  await page.when("return document.documentElement.lang === arguments[0]", language);
  await page.settled();
}

/**
 * The screens in the order of the menu. `path` is where it is, or tells where once the shop is furnished; `reach(page)` does
 * what else is needed to see it; `readme: true` has it photographed in the real window too.
 */
export const screens = [
  { name: "beranda", path: "/", readme: true },
  { name: "voucher", path: "/vouchers" },
  { name: "voucher-cari", path: "/vouchers?text=tidakada" },
  { name: "voucher-satu", path: () => places.voucher },
  { name: "voucher-batal", path: () => places.voucher, reach: (page) => opened(page, "#void") },
  { name: "batch", path: "/batches" },
  { name: "batch-baru", path: "/batches/new" },
  { name: "batch-satu", path: () => places.batch, readme: true },
  { name: "cetak", path: () => `${places.batch}/print`, readme: true },
  { name: "paket", path: "/plans" },
  { name: "paket-baru", path: "/plans/new" },
  { name: "paket-ubah", path: () => places.plan },
  { name: "router", path: "/routers" },
  { name: "router-baru", path: "/routers/new" },
  { name: "router-satu", path: () => places.router },
  { name: "antrean", path: "/queue" },
  { name: "staf", path: "/staff" },
  { name: "staf-baru", path: "/staff/new" },
  { name: "staf-satu", path: () => places.person },
  { name: "jejak-audit", path: "/audit" },
  { name: "pengaturan", path: "/settings" },
  { name: "diagnosa", path: "/diagnostics" },
  { name: "tentang", path: "/about" },
  { name: "saya", path: "/me" },
  { name: "sesi-saya", path: "/me/sessions" },
  { name: "pin-saya", path: "/me/pin" },
  { name: "kata-sandi", path: "/me/password" },
  { name: "ganti-orang", path: "/me", reach: (page) => switching(page) },
  { name: "kunci-layar", path: "/lock" },
  { name: "menu", path: "/menu" },
  { name: "tidak-ada", path: "/tidak/ada" },
];

/** Where a screen is in the furnished shop. */
export function pathOf(screen) {
  return typeof screen.path === "function" ? screen.path() : screen.path;
}

async function opened(page, selector) {
  await page.click(selector);
  await page.sees("dialog[open], [role=dialog]", "");
}

async function switching(page) {
  await page.click(".k-switch");
  await page.sees("dialog[open] #switch-title", "");
}

export const languages = ["id", "en"];
export const themes = ["light", "dark"];
export const sizes = [
  { width: 1366, height: 768 },
  { width: 360, height: 740 },
];

/**
 * Calls `visit(screen, { language, theme, width, height })` for every combination of the wanted screens and themes; the page
 * then shows that screen.
 */
export async function everyScreen(page, { wanted = () => true, lights = themes }, visit) {
  for (const language of languages) {
    await speak(page, language);
    for (const theme of lights) {
      if (page.engine === "chromium") await page.prefer(theme);
      for (const size of sizes) {
        await page.resize(size.width, size.height);
        for (const screen of screens.filter(wanted)) {
          await page.open(pathOf(screen));
          await screen.reach?.(page);
          await visit(screen, { language, theme, ...size });
        }
      }
    }
  }
}
