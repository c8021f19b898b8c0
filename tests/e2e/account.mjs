// What is told of a journey that failed, short enough for the end of a build server's output.
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { within } from "./within.mjs";

const PAGE_LIMIT_MS = 60_000;
const LINE_MOST = 300;
const PRINTED_LINES = 4;
const ERROR_LINES = 3;
/** Every session bus of a shop says this. */
const NOISE = /^dbus-daemon.*fd limit/;

/** Writes down what a failed journey waited for and what its page showed, and takes the picture. */
export async function account(name, error, page, folder) {
  const lines = [`${name}: ${firstLines(error)}`, `at ${places(error) || places(page?.step) || "(before its first step)"}`];
  if (page) {
    lines.push(`last step: ${page.step.message}`);
    lines.push(await within(PAGE_LIMIT_MS, told(page)).catch((fault) => `the page does not answer: ${fault.message}`));
    const picture = await within(PAGE_LIMIT_MS, page.shot("failed")).catch(() => undefined);
    lines.push(`picture: ${picture ?? "none could be taken"}`);
  }
  lines.push(...printed(join(folder, "program.log")), `everything else: ${folder}`);
  return lines.flatMap((line) => line.split("\n")).map((line) => line.slice(0, LINE_MOST));
}

function firstLines(error) {
  return String(error.message ?? error).split("\n").slice(0, ERROR_LINES).join("\n  ");
}

/** Where in the journey and its steps it happened, innermost first. */
function places(error) {
  const found = [...String(error?.stack).matchAll(/(journeys\/[\w-]+|steps|screens|desktop|shop|tray)\.mjs:\d+/g)];
  return [...new Set(found.map(([place]) => basename(place)))].slice(0, 4).join(", from ");
}

/** Where the page is, what it is doing and what it says is wrong. */
async function told(page) {
  const { address, state, focus, dialogs, wrong } = await page.run(`
    const brief = (it) => it.tagName.toLowerCase() + (it.id ? "#" + it.id : "") + (it.name ? "[name=" + it.name + "]" : "");
    const said = [...document.querySelectorAll("[role=alert], .k-notice, .invalid-feedback, [id$=-error], .k-toasts p, #k-toasts p")];
    const asking = document.querySelectorAll(".htmx-request").length;
    return {
      address: location.href,
      state: document.readyState + (document.hidden ? ", hidden" : "") + (asking ? ", " + asking + " answers awaited" : ""),
      focus: document.activeElement ? brief(document.activeElement) : "nowhere",
      dialogs: [...document.querySelectorAll("dialog[open]")].map((it) => brief(it) + " " + JSON.stringify(it.innerText.slice(0, 80))),
      wrong: [...new Set(said.filter((it) => it.checkVisibility()).map((it) => it.innerText.trim()).filter(Boolean))],
    };
  `);
  const lines = [`page: ${address} (${state}; focus on ${focus})`];
  if (dialogs.length > 0) lines.push(`open: ${dialogs.join(", ")}`);
  lines.push(`it says: ${wrong.length > 0 ? JSON.stringify(wrong.join(" / ")) : "nothing wrong"}`);
  return lines.join("\n");
}

function printed(file) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").filter((line) => line && !NOISE.test(line)) : [];
  return lines.slice(-PRINTED_LINES).map((line) => `printed: ${line}`);
}
