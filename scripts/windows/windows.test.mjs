import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cacheFolder, fingerprint, whole } from "./cache.mjs";
import { mirrorsIn } from "./debian.mjs";
import { bare, forgetOtherBuilds, TARGET } from "./toolchain.mjs";
import { wineEnv } from "./wine.mjs";

const folders = (context) => {
  const folder = mkdtempSync(join(tmpdir(), "karcis-cache-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

test("the mirrors are those apt uses for Debian, security last, nobody else's archive", () => {
  const lines = [
    "Debian http://mirror.example/debian-security/",
    "Debian http://mirror.example/debian/",
    "Debian http://mirror.example/debian/",
    "Some Shop https://shop.example/apt/",
    "Debian cdrom:[Debian 12]/",
    "",
  ];
  assert.deepEqual(mirrorsIn(lines.join("\n")), ["http://mirror.example/debian", "http://mirror.example/debian-security"]);
  assert.deepEqual(mirrorsIn(""), []);
});

test("the cache is where the desktop's rules put it", () => {
  assert.equal(cacheFolder({}, "/home/siti"), "/home/siti/.cache/karcis/windows");
  assert.equal(cacheFolder({ XDG_CACHE_HOME: "/var/cache/siti" }, "/home/siti"), "/var/cache/siti/karcis/windows");
  assert.equal(cacheFolder({ XDG_CACHE_HOME: "relative" }, "/home/siti"), "/home/siti/.cache/karcis/windows");
});

test("another recipe has another name", () => {
  assert.equal(fingerprint(1, "a"), fingerprint(1, "a"));
  assert.notEqual(fingerprint(1, "a"), fingerprint(2, "a"));
  assert.notEqual(fingerprint("ab", "c"), fingerprint("a", "bc"));
});

test("a set-up that broke off leaves nothing that looks finished, and is made anew", async (context) => {
  const folder = join(folders(context), "windows/toolchain");
  const breaks = async (unfinished) => {
    writeFileSync(join(unfinished, "half"), "");
    throw new Error("the line went dead");
  };
  await assert.rejects(whole(folder, breaks), /the line went dead/);
  assert.equal(existsSync(folder), false);
  await whole(folder, (unfinished) => writeFileSync(join(unfinished, "all"), "whole"));
  assert.deepEqual(readdirSync(folder), ["all"]);
  await whole(folder, () => assert.fail("what is there is not made again"));
});

test("what a killed set-up left is thrown away, what another is making is not", async (context) => {
  const place = folders(context);
  const folder = join(place, "prefix");
  // No process has the largest number there can be; this one's parent is alive.
  mkdirSync(`${folder}.unfinished-4194304`);
  mkdirSync(`${folder}.unfinished-${process.ppid}`);
  await whole(folder, () => {});
  assert.deepEqual(readdirSync(place).sort(), ["prefix", `prefix.unfinished-${process.ppid}`]);
});

test("of two at once the first to end is kept", async (context) => {
  const folder = join(folders(context), "prefix");
  await whole(folder, (unfinished) => {
    writeFileSync(join(unfinished, "mine"), "late");
    mkdirSync(folder);
    writeFileSync(join(folder, "theirs"), "first");
  });
  assert.equal(readFileSync(join(folder, "theirs"), "utf8"), "first");
  assert.deepEqual(readdirSync(folder), ["theirs"]);
});

test("what was built with another standard library is not built upon", (context) => {
  const place = folders(context);
  const library = join(place, "toolchain/lib/rustlib", TARGET, "lib");
  const built = join(place, "windows", TARGET, "debug");
  mkdirSync(library, { recursive: true });
  writeFileSync(join(library, "libstd-1.rlib"), "one");
  mkdirSync(built, { recursive: true });
  const look = () => forgetOtherBuilds(join(place, "windows"), join(place, "toolchain/bin"));
  look();
  look();
  assert.equal(existsSync(built), true, "the same library");
  rmSync(join(library, "libstd-1.rlib"));
  writeFileSync(join(library, "libstd-2.rlib"), "two");
  look();
  assert.equal(existsSync(built), false);
});

test("wishes for other builds do not reach this one", () => {
  const env = { PATH: "/bin", RUSTFLAGS: "-Copt", RUSTC_WRAPPER: "x", CARGO_TARGET_DIR: "t", CARGO_HOME: "h", CARGO_PROFILE_DEV_DEBUG: "2" };
  assert.deepEqual(bare(env), { PATH: "/bin", CARGO_HOME: "h" });
});

test("a Windows program sees its own prefix and no display", (context) => {
  const before = process.env.DISPLAY;
  context.after(() => (before === undefined ? delete process.env.DISPLAY : (process.env.DISPLAY = before)));
  process.env.DISPLAY = ":7";
  const seen = execFileSync("sh", ["-c", 'echo "$WINEPREFIX ${DISPLAY-none}"'], { env: { ...process.env, ...wineEnv("/somewhere") } });
  assert.equal(seen.toString().trim(), "/somewhere none");
});
