// The way in has no barriers either: every step of the first start, and the door with its refusal.
import { found, practise, signIn, signOut } from "../steps.mjs";
import { themes } from "../screens.mjs";

export const title = "nothing on the way in keeps anyone out";

export default async function (page) {
  await found(page, () => withoutBarriers(page));
  await practise(page);
  await signOut(page);
  await withoutBarriers(page);
  await page.fill("#sign-in-form [name=name]", "Pemilik Contoh");
  await page.fill("#sign-in-form [name=password]", "bukan-kata-sandinya");
  await page.click("#sign-in-form button[type=submit]");
  await page.sees("#password-error", "");
  await withoutBarriers(page);
  await signIn(page);
  await page.sees("h1", "Beranda");
}

/** The window shows the desktop's theme only; Chromium can be asked for both. */
async function withoutBarriers(page) {
  if (page.engine !== "chromium") return page.axe();
  for (const theme of themes) {
    await page.prefer(theme);
    await page.axe();
  }
}
