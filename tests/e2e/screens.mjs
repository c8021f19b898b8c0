// Every screen there is, once: `npm run shots` takes their pictures and the journey `screens` looks for barriers on each.
import { batch, closeShift, count, exchange, found, onRouter, openShift, plan, practise, print, router, sell, sellTwice, steer } from "./steps.mjs";

/** What a furnished shop has, for the paths of its screens. */
const places = {};

/** Brings a new shop to where every screen has something to show. */
export async function furnish(page, shop) {
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
  await router(page, shop);
  places.real = await page.path();
  await plan(page, 2, "Warung-1");
  await counter(page);
  await reseller(page);
  await page.open("/staff");
  places.person = await page.run("return document.querySelector(\"main a[href^='/staff/']:not([href$='new'])\").getAttribute('href')");
}

/** What puts a banner on every page: routers that need somebody. One with guests and a printer come along. */
async function trouble(page, shop) {
  await router(page, shop, "Kafe", ["--fixture", "small_cafe"]);
  places.busy = await page.path();
  const swapped = await router(page, shop, "Warung-2");
  places.swapped = await page.path();
  await page.sees("#router .k-head .chip", /tersambung|connected/);
  await exchange(swapped);
  await page.sees("#swap", "HE1097ZK2P4");
  const dark = await router(page, shop, "Warung-3");
  places.dark = await page.path();
  await page.sees("#router .k-head .chip", /tersambung|connected/);
  await steer(dark, { op: "reboot", how: "graceful", "down-secs": 86_400 });
  await page.sees("#router", /R-10[13]/);
  await page.open("/printers/new");
  await page.fill("#name", "Kasir depan");
  await page.click("label[for=kind-network]");
  await page.fill("#host", "127.0.0.1");
  await page.click("#printer-form button[type=submit]");
  await page.when("return /^\\/printers\\/[0-9a-f-]{36}$/.test(location.pathname)");
  places.printer = await page.path();
}

/** A shift that was closed with a difference, and one under way with its sales. */
async function counter(page) {
  await openShift(page, "50.000");
  await sell(page, "3");
  places.closed = await closeShift(page, 1, "kurang setor");
  await openShift(page, "50.000");
  await sell(page, "1");
  await sell(page, "3");
  await page.open("/sales");
  places.sale = await page.run("return document.querySelector('main tr[data-open]').dataset.open");
  await page.open("/counter");
  await page.click("#tiles [data-key='3']");
  await page.click("#keep");
  await page.fill("dialog[open] #customer", "Bu Sri");
  await page.click("dialog[open] button[type=submit]");
  await page.gone("dialog[open]");
}

/** A reseller who was given a batch; what is practised with is not handed to anybody. */
async function reseller(page) {
  await page.open("/plans");
  const link = "[...document.querySelectorAll(\"main a[href^='/plans/']\")].find((it) => it.textContent.includes('7 Hari'))";
  const handed = await batch(page, 40, await page.run(`return ${link}.getAttribute('href').split('/')[2]`));
  await onRouter(page);
  await page.open("/resellers/new");
  await page.fill("#name", "Warung Bu Contoh");
  await page.fill("#commission", "10");
  await page.click("#reseller-form button[type=submit]");
  await page.when("return /^\\/resellers\\/[0-9a-f-]{36}$/.test(location.pathname)");
  places.reseller = await page.path();
  await page.open(`${handed}/hand-over`);
  await page.click("#hand-over-form button[type=submit]");
  await page.when("return !location.pathname.endsWith('/hand-over')");
  await page.settled();
}

/** The sell screen, whatever the screen before left the drawer in. */
async function selling(page) {
  if ((await page.count("#sell")) > 0) return;
  await page.open("/shift");
  await page.click("[hx-post='/shift/carry-on']");
  await page.click("#k-confirm-yes");
  await page.when("return location.pathname === '/counter'");
  await page.settled();
}

async function chosen(page) {
  await selling(page);
  await page.click("#tiles [data-key='3']");
  await page.sees("#ticket-total", "Rp");
}

async function sold(page) {
  await selling(page);
  await page.run("document.activeElement.blur()");
  await sell(page, "3");
}

async function dialogOf(page, selector) {
  await selling(page);
  await opened(page, selector);
}

async function counted(page) {
  if ((await page.count("#closing")) === 0) await count(page, 2);
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
  { name: "jual", path: "/counter", reach: selling, readme: true },
  { name: "jual-dipilih", path: "/counter", reach: chosen },
  { name: "jual-terjual", path: "/counter", reach: sold },
  { name: "jual-dua", path: "/counter", reach: (page) => twice(page) },
  { name: "jual-cari", path: "/counter", reach: (page) => searched(page) },
  { name: "jual-pintasan", path: "/counter", reach: (page) => pressed(page, "?") },
  { name: "jual-simpan", path: "/counter", reach: async (page) => { await chosen(page); await opened(page, "#keep"); } },
  { name: "disimpan", path: "/reservations" },
  { name: "beranda", path: "/", readme: true },
  { name: "voucher", path: "/vouchers" },
  { name: "voucher-cari", path: "/vouchers?text=tidakada" },
  { name: "voucher-satu", path: () => places.voucher, reach: (page) => page.when("return document.getElementById('usage').hasAttribute('data-while-seen')") },
  { name: "voucher-batal", path: () => places.voucher, reach: (page) => opened(page, "#void") },
  { name: "batch", path: "/batches" },
  { name: "batch-baru", path: "/batches/new" },
  { name: "batch-satu", path: () => places.batch, readme: true },
  { name: "cetak", path: () => `${places.batch}/print`, readme: true },
  { name: "paket", path: "/plans" },
  { name: "paket-baru", path: "/plans/new" },
  { name: "paket-ubah", path: () => places.plan },
  { name: "penjualan", path: "/sales" },
  { name: "penjualan-satu", path: () => places.sale },
  { name: "penjualan-batal", path: () => places.sale, reach: (page) => opened(page, "#void") },
  { name: "shift", path: "/counter", reach: async (page) => { await selling(page); await page.open("/shift"); } },
  { name: "shift-hitung", path: "/shift/count" },
  { name: "shift-selisih", path: "/shift", reach: counted },
  { name: "shift-daftar", path: "/shifts" },
  { name: "shift-satu", path: () => places.closed },
  { name: "meja-kasir", path: "/counters" },
  { name: "laporan", path: "/reports?span=week" },
  { name: "neraca", path: "/ledger" },
  { name: "reseller", path: "/resellers" },
  { name: "reseller-baru", path: "/resellers/new" },
  { name: "reseller-satu", path: () => places.reseller },
  { name: "reseller-kembali", path: () => places.reseller, reach: (page) => opened(page, "[hx-get$='/take-back']") },
  { name: "printer", path: "/printers" },
  { name: "printer-baru", path: "/printers/new" },
  { name: "printer-satu", path: () => places.printer, troubled: true },
  { name: "printer-ubah", path: () => `${places.printer}/edit`, troubled: true },
  { name: "teks-cetak", path: "/templates" },
  { name: "teks-cetak-struk", path: "/templates/voucher/id" },
  { name: "router", path: "/routers" },
  { name: "router-baru", path: "/routers/new" },
  { name: "router-latihan", path: () => places.router, reach: asked },
  { name: "router-latihan-hapus", path: () => places.router, reach: (page) => opened(page, "[hx-post$='/archive']") },
  { name: "router-satu", path: () => places.real, reach: asked },
  { name: "router-ubah", path: () => `${places.real}/edit` },
  { name: "router-penuh", path: () => places.busy, reach: asked, troubled: true },
  { name: "router-akhiri", path: () => places.busy, reach: async (page) => { await asked(page); await opened(page, "#online tbody button"); }, troubled: true },
  { name: "router-lain", path: () => places.swapped, reach: asked, troubled: true },
  { name: "router-lain-ganti", path: () => places.swapped, reach: (page) => opened(page, "#swap button"), troubled: true },
  { name: "router-putus", path: () => places.dark, reach: asked, troubled: true },
  { name: "router-semua", path: "/routers", troubled: true },
  { name: "antrean-router", path: "/queue", troubled: true },
  { name: "antrean", path: "/queue" },
  { name: "staf", path: "/staff" },
  { name: "staf-baru", path: "/staff/new" },
  { name: "staf-satu", path: () => places.person },
  { name: "jejak-audit", path: "/audit" },
  { name: "pengaturan", path: "/settings" },
  { name: "komputer-ini", path: "/settings/desktop" },
  { name: "pembaruan", path: "/settings/updates" },
  { name: "diagnosa", path: "/diagnostics" },
  { name: "tentang", path: "/about" },
  { name: "tentang-lisensi", path: "/about/licence" },
  { name: "bantuan", path: "/help" },
  { name: "bantuan-cari", path: "/help", reach: async (page) => { await page.fill("#text", "router"); await page.sees("#found .k-rows", ""); } },
  { name: "bantuan-kosong", path: "/help", reach: async (page) => { await page.fill("#text", "kangguru"); await page.sees("#found .k-empty, #found p", ""); } },
  { name: "bantuan-halaman", path: "/help/router" },
  { name: "bantuan-semua", path: "/help/all" },
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

/** The question that comes when the same is sold twice in a moment. */
async function twice(page) {
  await selling(page);
  await page.run("document.activeElement.blur()");
  await sellTwice(page, "3");
}

/** The router's page once the router itself was asked who is online. */
async function asked(page) {
  await page.when("return document.getElementById('online').hasAttribute('data-while-seen')");
}

async function searched(page) {
  await dialogOf(page, "#to-find");
  await page.fill("#find-text", "a");
  await page.sees("#found .k-list", "");
}

async function pressed(page, key) {
  await selling(page);
  await page.run("document.activeElement.blur()");
  await page.press(key);
  await page.sees("dialog[open]", "");
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
 * then shows that screen. Screens with `troubled` come last, so that nothing is wrong on the others.
 */
export async function everyScreen(page, shop, { wanted = () => true, lights = themes }, visit) {
  const calm = screens.filter((screen) => wanted(screen) && !screen.troubled);
  await everyLook(page, calm, lights, visit);
  const rest = screens.filter((screen) => wanted(screen) && screen.troubled);
  if (rest.length === 0) return;
  await trouble(page, shop);
  await everyLook(page, rest, lights, visit);
}

async function everyLook(page, shown, lights, visit) {
  for (const language of languages) {
    await speak(page, language);
    for (const theme of lights) {
      if (page.engine === "chromium") await page.prefer(theme);
      for (const size of sizes) {
        await page.resize(size.width, size.height);
        for (const screen of shown) {
          await page.open(pathOf(screen));
          await screen.reach?.(page);
          await visit(screen, { language, theme, ...size });
        }
      }
    }
  }
}
