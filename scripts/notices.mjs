// Writes THIRD-PARTY-NOTICES.md: whose work is inside a shipped Karcis, and under which terms.
//   npm run notices             writes it
//   npm run notices -- --check  only says whether it is up to date
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isMain, main, root, Stop } from "./machine.mjs";
import { chosenLicences, parseExpression } from "./spdx.mjs";
import { shippedCrates, shippedModules } from "./tree.mjs";

const SHIPPED = ["karcis", "karcis-app"];
const FILE = join(root, "THIRD-PARTY-NOTICES.md");
/** Where a package offers a choice, the earliest of these is taken; deny.toml has the whole list of what is allowed. */
const PREFERRED = [
  ...["MIT", "MIT-0", "0BSD", "ISC", "Zlib", "BSL-1.0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Unlicense", "CC0-1.0"],
  ...["Apache-2.0 WITH LLVM-exception", "Unicode-3.0", "MPL-2.0", "CDLA-Permissive-2.0", "AGPL-3.0-only"],
];
/** A licence text is known by a phrase no other licence has; earlier lines win. */
const MARKS = [
  ["AGPL-3.0-only", /GNU AFFERO GENERAL PUBLIC LICENSE/i],
  ["MPL-2.0", /Mozilla Public License/i],
  ["Unicode-3.0", /UNICODE LICENSE V3/i],
  ["BSL-1.0", /Boost Software License/i],
  ["CC0-1.0", /CC0 1\.0 Universal|Creative Commons/i],
  ["CDLA-Permissive-2.0", /Community Data License/i],
  ["Apache-2.0", /Apache License,? Version 2\.0, January 2004/i],
  ["Zlib", /provided ['‘"“]as-is['’"”], without any express or implied/i],
  ["Unlicense", /free and unencumbered software/i],
  ["BSD-3-Clause", /Redistribution and use.*endorse or promote/i],
  ["BSD-2-Clause", /Redistribution and use/i],
  ["ISC", /Permission to use, copy, modify, and\/or distribute.*copyright notice and this permission notice appear/i],
  ["0BSD", /Permission to use, copy, modify, and\/or distribute/i],
  ["MIT", /Permission is hereby granted, free of charge.*shall be included in all copies/i],
  ["MIT-0", /Permission is hereby granted, free of charge/i],
];

function run() {
  const notices = write([...shippedCrates(...SHIPPED).map(ofCrate), ...shippedModules().map(ofModule)]);
  if (!process.argv.includes("--check")) {
    writeFileSync(FILE, notices);
    return console.log(`THIRD-PARTY-NOTICES.md: ${(notices.length / 1024).toFixed(0)} KiB`);
  }
  if (!existsSync(FILE) || readFileSync(FILE, "utf8") !== notices) {
    throw new Stop("THIRD-PARTY-NOTICES.md does not fit what is shipped. Run: npm run notices");
  }
  console.log("THIRD-PARTY-NOTICES.md fits what is shipped.");
}

const ofCrate = (crate) => ({ ...crate, folder: dirname(crate.manifest_path) });
const ofModule = (module) => ({ ...module, name: `${module.name} (npm)` });

function write(packages) {
  const texts = new Map();
  for (const one of packages) {
    const brought = parts(one.folder);
    const chosen = choose(one, brought);
    if (!chosen) throw new Stop(`${one.name} ${one.version} is under ${one.license}, which scripts/notices.mjs does not know.`);
    for (const { licence, body, copyright } of licenceTexts(one, chosen, brought)) {
      const key = `${licence}\n${comparable(body)}`;
      if (!texts.has(key)) texts.set(key, { licence, body, users: [] });
      texts.get(key).users.push({ ...one, copyright });
    }
  }
  fillMissing(texts);
  const sections = [...texts.values()].sort(
    (a, b) => a.licence.localeCompare(b.licence, "en") || b.users.length - a.users.length || byName(a.users[0], b.users[0]),
  );
  return `${HEAD.replace("COUNT", packages.length)}${sections.map(section).join("\n")}`;
}

/** The licences to comply with: of those whose text the package brings where that is enough, else of all we know. */
function choose({ license }, brought) {
  const tree = parseExpression(license);
  const withText = PREFERRED.filter((licence) => brought.some((part) => part.licence === licence.replace(/ WITH .*/, "")));
  return chosenLicences(tree, withText) ?? chosenLicences(tree, PREFERRED);
}

function licenceTexts({ authors }, chosen, brought) {
  return chosen.map((licence) => {
    const part = brought.find((text) => text.licence === licence.replace(/ WITH .*/, ""));
    return part ? { ...part, licence } : { licence, body: "", copyright: authors.map((author) => author.replace(/ *<.*/, "")) };
  });
}

/** The licence texts in a package's folder; a file that holds several stands for each of them. */
function parts(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|unlicense|notice|copyright)/i.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), "utf8").replaceAll("\r\n", "\n"))
    .flatMap(divided)
    .sort((a, b) => a.body.localeCompare(b.body, "en"));
}

/** Splits a licence into its holders' lines and its terms, so that equal terms are printed once. */
function divided(text) {
  const marked = MARKS.filter(([, mark]) => mark.test(text.replace(/\s+/g, " "))).map(([licence]) => licence);
  const known = marked.filter((licence) => !marked.includes(STRICTER[licence]));
  if (known.length !== 1) return known.map((licence) => ({ licence, body: text.trim(), copyright: [] }));
  const [licence] = known;
  const [terms, appendix] = licence === "Apache-2.0" ? text.split(/(?<=END OF TERMS AND CONDITIONS)/) : [text, text];
  const body = licence in LONG ? terms : terms.split("\n").filter((line) => !isHolder(line) && !isHeading(line)).join("\n");
  const holders = licence in LONG && licence !== "Apache-2.0" ? [] : (appendix ?? "").split("\n").filter(isHolder);
  return [{ licence, body: body.trim(), copyright: holders.map((line) => line.trim().replace(/^\W+(?=\w)/, "")) }];
}

/** Licences whose phrase is also part of a longer one. */
const STRICTER = { "MIT-0": "MIT", "0BSD": "ISC", "BSD-2-Clause": "BSD-3-Clause" };
/** Licences that are printed whole: lines that look like a holder's belong to their terms. */
const LONG = { "Apache-2.0": true, "MPL-2.0": true, "AGPL-3.0-only": true, "CC0-1.0": true };
const isHolder = (line) =>
  line.length < 200 && !/[[{](yyyy|year)/i.test(line) && /^\W*(copyright\b(?! (notice|holder|owner|license|and|in|the|interest))|\(c\) )/i.test(line);
const isHeading = (line) =>
  /^\W*(the )?(MIT|ISC|zlib|BSD|Apache|Boost).{0,40}licen[cs]e\W*(\(.*\))?\W*$|^\W*all rights reserved\W*$/i.test(line);

/** A package without a text of its own is under the text most others use for that licence. */
function fillMissing(texts) {
  for (const [key, { licence, body, users }] of [...texts]) {
    if (body !== "") continue;
    const usual = [...texts.values()].filter((text) => text.licence === licence && text.body !== "").sort((a, b) => b.users.length - a.users.length)[0];
    if (!usual) throw new Stop(`No text of ${licence} was found for ${users.map(({ name }) => name).join(", ")}.`);
    usual.users.push(...users);
    texts.delete(key);
  }
}

/** Two texts are the same when only line breaks, quotes and punctuation marks differ. */
const comparable = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();

function section({ licence, body, users }) {
  const lines = users.sort(byName).map(({ name, version, repository, copyright }) => {
    const holders = [...new Set(copyright)].join("; ");
    return `- ${name} ${version}${repository ? ` <${repository}>` : ""}${holders ? `: ${holders}` : ""}`;
  });
  return `## ${licence}\n\n${lines.join("\n")}\n\n\`\`\`text\n${body}\n\`\`\`\n`;
}

const byName = (a, b) => a.name.localeCompare(b.name, "en") || a.version.localeCompare(b.version, "en");

const HEAD = `# Third-party notices

Karcis is conveyed as a whole under AGPL-3.0-only (see LICENSE). Inside it are COUNT packages by others, each under the terms
below; where a package offers a choice of terms, the terms it is listed under are the chosen ones. Their sources are published
at the addresses given and on crates.io and npmjs.com. This file is written by \`npm run notices\`.

`;

if (isMain(import.meta)) await main(run);
