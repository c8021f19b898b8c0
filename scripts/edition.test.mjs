import assert from "node:assert/strict";
import { test } from "node:test";
import { channel, edition, order } from "./edition.mjs";
import { Stop } from "./machine.mjs";

test("what leads to a version is older than it, and Windows can see that", () => {
  const versions = ["0.1.9", "0.2.0-alpha.1", "0.2.0-beta.1", "0.2.0-beta.12", "0.2.0-rc.1", "0.2.0", "0.2.1-alpha.1"];
  const numbers = versions.map((version) => order(version).split(".").map(Number));
  for (const [at, later] of numbers.slice(1).entries()) {
    const different = later.findIndex((number, place) => number !== numbers[at][place]);
    assert.ok(later[different] > numbers[at][different], `${versions[at + 1]} after ${versions[at]}`);
  }
  assert.ok(numbers.flat().every((number) => number <= 65_535));
});

test("a version that Windows cannot compare is refused", () => {
  for (const version of ["1.2", "1.2.3-nightly.1", "1.2.3+4", "1.2.70000", "1.2.3-beta", "v1.2.3"]) {
    assert.throws(() => order(version), Stop, version);
  }
});

test("only whole versions are for every shop", () => {
  assert.equal(channel("1.2.3"), "stable");
  assert.equal(channel("1.2.3-rc.1"), "beta");
});

test("the commit somebody names is the one that is shown", () => {
  const { commit, source } = edition({ KARCIS_COMMIT: "0123456789abcdef", KARCIS_SOURCE: "https://example.org/source" });
  assert.deepEqual([commit, source], ["0123456789abcdef", "https://example.org/source"]);
});
