// Runs every journey twice: in the real window and in Chromium against `karcis-cli serve`. Each journey gets a shop of its
// own: a new home folder, session bus, keyring and data folder.
//   node tests/e2e/run.mjs [window] [chromium] [--only WORD]
// Screenshots, logs and results lie in artifacts/e2e/<engine>/<journey>/.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { main, root, Stop } from "../../scripts/machine.mjs";
import { openShop } from "./shop.mjs";
import { within } from "./within.mjs";
import { insideXvfb } from "./xvfb.mjs";

const JOURNEY_LIMIT_MS = 120_000;
const PICTURE_LIMIT_MS = 10_000;
const journeys = new URL("./journeys/", import.meta.url);

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" } },
  });
  const engines = positionals.length > 0 ? positionals : ["window", "chromium"];
  for (const engine of engines) {
    if (!["window", "chromium"].includes(engine)) throw new Stop(`There is no engine named ${engine}.`);
  }
  if (process.platform !== "linux") throw new Stop("The journeys run on Linux: they need Xvfb and WebKitWebDriver.");
  if (engines.includes("window")) insideXvfb();
  let failed = 0;
  for (const engine of engines) failed += await runEngine(engine, values.only);
  if (failed > 0) process.exitCode = 1;
});

async function runEngine(engine, only) {
  const folder = join(root, "artifacts/e2e", engine);
  rmSync(folder, { recursive: true, force: true });
  const results = [];
  const names = readdirSync(journeys).filter((name) => name.endsWith(".mjs") && (!only || name.includes(only)));
  for (const name of names.sort()) {
    const journey = await import(new URL(name, journeys));
    if (journey.engines && !journey.engines.includes(engine)) continue;
    results.push(await runJourney(engine, journey, join(folder, name.replace(/\.mjs$/, ""))));
  }
  if (results.length === 0) throw new Stop(`No journey was found for ${engine}.`);
  writeFileSync(join(folder, "results.json"), JSON.stringify(results, null, 2));
  const failed = results.filter((result) => result.error).length;
  console.log(`e2e ${engine}: ${results.length - failed} passed, ${failed} failed`);
  return failed;
}

async function runJourney(engine, journey, folder) {
  mkdirSync(folder, { recursive: true });
  const started = performance.now();
  let shop, error;
  try {
    shop = await openShop(engine, folder, journey.options);
    await within(journey.options?.limitMs ?? JOURNEY_LIMIT_MS, journey.default(shop.page, shop), "the journey");
  } catch (caught) {
    error = caught;
    // The picture of the failure is worth having; failing to take it is not the news.
    await within(PICTURE_LIMIT_MS, shop?.page?.shot("failed")).catch(() => {});
  } finally {
    await shop?.close();
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`  ${error ? "FAILED" : "ok"}  ${engine}: ${journey.title} (${seconds.toFixed(1)} s)`);
  if (error) console.log(indented(error.stack ?? String(error)), `\n      see ${folder.slice(root.length)}`);
  return { engine, title: journey.title, seconds: Number(seconds.toFixed(2)), error: error && String(error.message ?? error) };
}

function indented(text) {
  return text.split("\n").map((line) => `      ${line}`).join("\n");
}
