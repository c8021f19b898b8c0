// What a shipped Karcis is made of, as a CycloneDX bill of materials.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { root } from "../machine.mjs";
import { shippedCrates, shippedModules } from "../tree.mjs";

const SHIPPED = ["karcis", "karcis-app"];

/** The name of the bill of a version. */
export const sbomName = ({ version }) => `karcis-${version}.cdx.json`;

/** The bill of what cargo and npm have locked. `moment` is in seconds. */
export function bill(edition, moment) {
  const sums = lockedSums();
  const crates = shippedCrates(...SHIPPED).map((crate) => ofCrate(crate, sums));
  return billOf([...crates, ...shippedModules().map((module) => ofModule(module, sums))], edition, moment);
}

/** The bill of these components; the same components of the same commit make the same bill. */
export function billOf(components, { version, commit, source }, moment) {
  const own = `pkg:generic/karcis@${version}`;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    serialNumber: `urn:uuid:${uuidOf(`${version} ${commit} ${JSON.stringify(components)}`)}`,
    version: 1,
    metadata: {
      timestamp: new Date(moment * 1000).toISOString(),
      component: {
        type: "application",
        "bom-ref": own,
        name: "karcis",
        version,
        purl: own,
        licenses: [{ expression: "AGPL-3.0-only" }],
        properties: [{ name: "karcis:commit", value: commit || "unknown" }],
        ...(source ? { externalReferences: [{ type: "distribution", url: source }] } : {}),
      },
    },
    components,
  };
}

function ofCrate({ name, version, license, repository, source }, sums) {
  const sum = sums.crates.get(`${name} ${version}`);
  return component(`pkg:cargo/${name}@${version}`, { name, version, license, repository, source }, sum && { alg: "SHA-256", content: sum });
}

function ofModule({ name, version, license, repository }, sums) {
  const integrity = sums.modules[`node_modules/${name}`]?.integrity ?? "";
  const sum = integrity.startsWith("sha512-") ? Buffer.from(integrity.slice(7), "base64").toString("hex") : "";
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return component(purl, { name, version, license, repository }, sum && { alg: "SHA-512", content: sum });
}

function component(purl, { name, version, license, repository }, sum) {
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl: purl.replaceAll("+", "%2B"),
    ...(sum ? { hashes: [sum] } : {}),
    // Older crates write "A/B" for a choice.
    ...(license ? { licenses: [{ expression: license.replaceAll(/\s*\/\s*/g, " OR ") }] } : {}),
    ...(repository ? { externalReferences: [{ type: "vcs", url: repository }] } : {}),
  };
}

function lockedSums() {
  const cargo = parse(readFileSync(join(root, "Cargo.lock"), "utf8")).package;
  const npm = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return { crates: new Map(cargo.map(({ name, version, checksum }) => [`${name} ${version}`, checksum])), modules: npm };
}

function uuidOf(text) {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
