import assert from "node:assert/strict";
import { test } from "node:test";
import { Stop } from "../machine.mjs";
import { marked, offer } from "./conveyed.mjs";
import { debianVersion } from "./deb.mjs";
import { feed } from "./feed.mjs";
import { bill } from "./sbom.mjs";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const EDITION = { version: "0.2.0", commit: COMMIT, source: "https://example.org/karcis" };
const signature = (version) =>
  `untrusted comment: signature\nRUQf6LRCGA9i\ntrusted comment: timestamp:1\tfile:x.exe\tversion:${version}\nAAAA\n`;
const signed = (version) => ({ platform: "windows-x86_64-nsis", name: "karcis_0.2.0_x64-setup.exe", signature: signature(version) });
const asked = (change) => feed({ version: "0.2.0", packages: [signed("0.2.0")], base: "https://example.org/v0.2.0/", notes: "", moment: 0, ...change });

test("the feed names each signed package, its address and its signature as the updater reads it", () => {
  const { version, pub_date, platforms } = asked({});
  assert.equal(version, "0.2.0");
  assert.equal(pub_date, "1970-01-01T00:00:00.000Z");
  const { url, signature: carried } = platforms["windows-x86_64-nsis"];
  assert.equal(url, "https://example.org/v0.2.0/karcis_0.2.0_x64-setup.exe");
  assert.equal(Buffer.from(carried, "base64").toString(), signature("0.2.0"));
});

test("a signature the way tauri's own tool writes it is carried as it is", () => {
  const encoded = Buffer.from(signature("0.2.0")).toString("base64");
  assert.deepEqual(asked({ packages: [{ ...signed("0.2.0"), signature: `${encoded}\n` }] }), asked({}));
});

test("a feed nobody would accept is not written", () => {
  assert.throws(() => asked({ packages: [] }), Stop, "no package");
  assert.throws(() => asked({ packages: [signed("0.1.0")] }), Stop, "signed as another version");
  assert.throws(() => asked({ packages: [{ ...signed("0.2.0"), signature: "nonsense" }] }), Stop, "no signature");
  assert.throws(() => asked({ base: "http://example.org" }), Stop, "not https");
  assert.throws(() => asked({ notes: "x".repeat(5000) }), Stop, "notes too long");
});

test("the mark of a window is set once, and a window without one is no window of ours", () => {
  const open = Buffer.from("…__TAURI_BUNDLE_TYPE_VAR_UNK…");
  assert.equal(marked(open, "nsis").toString(), "…__TAURI_BUNDLE_TYPE_VAR_NSS…");
  assert.equal(marked(open, "deb").toString(), "…__TAURI_BUNDLE_TYPE_VAR_DEB…");
  assert.throws(() => marked(Buffer.from("nothing"), "nsis"), Stop);
  assert.throws(() => marked(Buffer.concat([open, open]), "nsis"), Stop);
});

test("what leads to a version is older for Debian as well", () => {
  assert.equal(debianVersion("0.2.0-beta.1"), "0.2.0~beta.1");
  assert.equal(debianVersion("0.2.0"), "0.2.0");
});

test("the offer of the source names the commit, the place and the archive in both languages", () => {
  for (const language of ["id", "en"]) {
    const text = offer(language, EDITION);
    for (const part of [COMMIT, EDITION.source, "karcis-0.2.0-source.tar.gz"]) assert.ok(text.includes(part), `${language}: ${part}`);
    assert.ok(!/undefined|https/.test(offer(language, { version: "0.2.0", commit: "", source: "" })), language);
  }
});

test("the bill of materials lists what is shipped, once, each with a licence and the sum it is locked by", () => {
  const { bomFormat, specVersion, serialNumber, metadata, components } = bill(EDITION, 0);
  assert.deepEqual([bomFormat, specVersion, metadata.component.version], ["CycloneDX", "1.5", "0.2.0"]);
  assert.match(serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(components.map((one) => one["bom-ref"])).size, components.length);
  for (const name of ["tauri", "rusqlite", "windows-sys", "bootstrap", "htmx.org"]) {
    assert.ok(components.some((one) => one.name === name), name);
  }
  for (const one of components) {
    assert.ok(one.licenses?.[0].expression, `${one.purl} has a licence`);
    assert.match(one.hashes?.[0].content ?? "", /^[0-9a-f]{64}([0-9a-f]{64})?$/, one.purl);
  }
  assert.ok(!components.some((one) => ["proptest", "axe-core"].includes(one.name)), "what only tests use is not shipped");
});
