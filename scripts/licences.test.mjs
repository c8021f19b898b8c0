import assert from "node:assert/strict";
import { test } from "node:test";
import { licenceFault } from "./licences.mjs";

const named = (name, license) => ({ name, version: "1.0.0", license });

test("a package under a licence that is not listed, or under none, is named", () => {
  assert.equal(licenceFault(named("fine", "MIT OR GPL-2.0-only")), null);
  assert.match(licenceFault(named("closed", "BUSL-1.1")), /closed 1\.0\.0 is under BUSL-1\.1/);
  assert.match(licenceFault(named("silent", undefined)), /silent 1\.0\.0 names no licence/);
});
