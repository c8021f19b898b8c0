// Every screen there is, once: `npm run shots` takes their pictures and the journey `screens` looks for barriers on each.

/** Brings a new shop to where every screen has something to show. */
export async function furnish(_page, _shop) {}

/** Shows the pages in a language (`id`, `en`) from now on. */
export async function speak(_page, _language) {}

/**
 * The screens in the order of the menu. `path` is where it is; `reach(page)` does what else is needed to see it;
 * `readme: true` has it photographed in the real window too.
 */
export const screens = [{ name: "beranda", path: "/", readme: true }];

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
          await page.open(screen.path);
          await screen.reach?.(page);
          await visit(screen, { language, theme, ...size });
        }
      }
    }
  }
}
