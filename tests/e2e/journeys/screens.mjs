// Nothing keeps anyone out: axe-core on every screen, in both languages and sizes; in Chromium also light and dark.
import { everyScreen, furnish } from "../screens.mjs";

export const title = "no screen has a barrier that axe-core can find";
export const options = { limitMs: 3_600_000 };

export default async function (page, shop) {
  await furnish(page, shop);
  const faults = [];
  const lights = page.engine === "chromium" ? undefined : ["light"];
  await everyScreen(page, shop, { lights }, async (screen, { language, theme, width }) => {
    const where = `${screen.name}, ${language}, ${theme}, ${width} wide`;
    await page.axe().catch((error) => faults.push(`${where}: ${error.message}`));
    const beyond = await page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    if (beyond > 0) faults.push(`${where}: the page is ${beyond} px wider than the screen`);
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
