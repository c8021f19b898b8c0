// Runs every journey twice: in the real window and in Chromium against `karcis-cli serve`. Each journey gets a shop of its
// own: a new home folder, session bus, keyring and data folder.
//   node tests/e2e/run.mjs [window] [chromium] [--only WORD]... [--again]
// Screenshots, logs and results lie in artifacts/e2e/<engine>/<journey>/; with --again those of the run before are kept, and
// theirs lie in <engine>-again.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { main, root, Stop } from "../../scripts/machine.mjs";
import { account } from "./account.mjs";
import { openShop } from "./shop.mjs";
import { within } from "./within.mjs";
import { insideXvfb } from "./xvfb.mjs";

/** No journey takes a minute; a build server that is busy with something else may need ten times that. */
const JOURNEY_LIMIT_MS = 900_000;
/** A journey's own line is deep in a stack of steps. */
Error.stackTraceLimit = 40;
const journeys = new URL("./journeys/", import.meta.url);

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string", multiple: true }, again: { type: "boolean" } },
  });
  const engines = positionals.length > 0 ? positionals : ["window", "chromium"];
  for (const engine of engines) {
    if (!["window", "chromium"].includes(engine)) throw new Stop(`There is no engine named ${engine}.`);
  }
  if (process.platform !== "linux") throw new Stop("The journeys run on Linux: they need Xvfb and WebKitWebDriver.");
  if (engines.includes("window")) insideXvfb();
  let failed = 0;
  for (const engine of engines) failed += await runEngine(engine, values);
  if (failed > 0) process.exitCode = 1;
});

async function runEngine(engine, { only, again }) {
  const folder = join(root, "artifacts/e2e", again ? `${engine}-again` : engine);
  rmSync(folder, { recursive: true, force: true });
  const results = [];
  const names = readdirSync(journeys).filter((name) => name.endsWith(".mjs") && (!only || only.some((word) => name.includes(word))));
  for (const name of names.sort()) {
    const journey = await import(new URL(name, journeys));
    if (journey.engines && !journey.engines.includes(engine)) continue;
    results.push(await runJourney(engine, name.replace(/\.mjs$/, ""), journey, folder));
  }
  if (results.length === 0) throw new Stop(`No journey was found for ${engine}.`);
  writeFileSync(join(folder, "results.json"), JSON.stringify(results, null, 2));
  const failed = results.filter((result) => result.error);
  console.log(`e2e ${engine}: ${results.length - failed.length} passed, ${failed.length} failed`);
  // The end of the output may be all that somebody gets to see.
  if (failed.length > 0) console.log(`failed in ${engine}: ${failed.map((result) => result.name).join(", ")}`);
  for (const { told } of failed) console.log(indented(told.join("\n")));
  return failed.length;
}

async function runJourney(engine, name, journey, place) {
  const folder = join(place, name);
  mkdirSync(folder, { recursive: true });
  const started = performance.now();
  let shop, error, told;
  try {
    shop = await openShop(engine, folder, journey.options);
    await within(journey.options?.limitMs ?? JOURNEY_LIMIT_MS, journey.default(shop.page, shop), "the journey");
  } catch (caught) {
    error = caught;
    told = await account(`${engine} ${name}`, error, shop?.page, folder);
  } finally {
    await shop?.close().catch((caught) => {
      error ??= caught;
      told ??= [`${engine} ${name}: ${caught.message}`];
    });
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`  ${error ? "FAILED" : "ok"}  ${engine}: ${journey.title} (${seconds.toFixed(1)} s)`);
  if (error) console.log(indented(error.stack ?? String(error)));
  return { engine, name, title: journey.title, seconds: Number(seconds.toFixed(2)), error: error && String(error.message ?? error), told };
}

function indented(text) {
  return text.split("\n").map((line) => `      ${line}`).join("\n");
}
