// npm run windows:install-test: the installer on a pretend PC: installed, upgraded, refused, broken off, taken away again.
//   npm run windows:install-test -- FOLDER    with the real window in FOLDER (as windows:build makes it) wherever it need not run
// The console program is the real one always; the window has a stand-in where it must run, for Wine has no WebView2.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { edition, order } from "../edition.mjs";
import { isMain, must, root } from "../machine.mjs";
import { packInstaller, PROGRAMS } from "./installer.mjs";
import { freshPc } from "./installer/trial.mjs";
import { setUpWindows } from "./setup.mjs";
import { onWindowsSide } from "./side.mjs";
import { buildTests } from "./test.mjs";

const OLDER = "0.0.9";
const PATIENCE_MS = 30_000;
const EXIT = { damaged: 2, noWebView: 3, running: 4, newer: 5, cannotWrite: 6, oldWindows: 7, dataInUse: 8 };

/** Builds what is installed and packs the installers; answers their paths. */
async function prepare([shipped]) {
  const tools = await setUpWindows();
  const { env, folder } = tools;
  const work = join(folder, "install-test");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "standin"), { recursive: true });
  const standin = join(work, "standin");
  const console_ = join(shipped ? resolve(shipped) : buildTests(tools).programs, "karcis-cli.exe");
  const source = join(root, "scripts/windows/installer/standin.c");
  must(env.CC_x86_64_pc_windows_gnu, ["-municode", "-O2", "-s", "-Wall", "-o", join(standin, "karcis.exe"), source, "-ladvapi32"]);
  must("x86_64-w64-mingw32-strip", ["-o", join(standin, "karcis-cli.exe"), console_]);
  writeFileSync(join(standin, "WebView2Loader.dll"), "none");
  const now = edition();
  const older = { ...now, version: OLDER, order: order(OLDER), commit: "0".repeat(40) };
  const pack = (name, from, what) => {
    const out = join(work, `${name}.exe`);
    // What stands in for Microsoft's set-up is not signed by Microsoft; nothing is fetched from anywhere.
    packInstaller({ folder: from, out, edition: what, webview2: join(standin, "karcis.exe"), quick: true });
    return out;
  };
  const setups = { older: pack("older", standin, older), current: pack("current", standin, now) };
  setups.real = shipped ? pack("real", resolve(shipped), now) : setups.current;
  return { setups, work, now };
}

function trials({ setups, work, now }) {
  let pc;
  before(async () => {
    pc = await freshPc(join(work, "pc"));
  });
  after(() => pc.scrap());
  beforeEach(() => {
    if (pc.has(pc.installed("uninstall.exe"))) pc.uninstall("/DELETEDATA");
    pc.forget();
    rmSync(pc.file(pc.programs), { recursive: true, force: true });
    rmSync(pc.file(pc.books), { recursive: true, force: true });
    for (const name of ["started", "written"]) rmSync(pc.file(`${pc.local}\\standin-${name}.txt`), { force: true });
    pc.pretendWebView2(true);
  });
  const cli = (...args) => pc.run(pc.installed("karcis-cli.exe"), ["--lang", "en", ...args]);
  const makeBooks = () => {
    const made = cli("demo", "--count", "25", "--out", pc.books);
    assert.equal(made.status, 0, made.stdout);
    return pc.contents(pc.books);
  };
  const note = (name) => {
    const file = pc.file(`${pc.local}\\standin-${name}.txt`);
    return existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r", "") : null;
  };
  const until = async (what, holds) => {
    const end = Date.now() + PATIENCE_MS;
    while (!holds()) {
      assert.ok(Date.now() < end, `waited in vain until ${what}`);
      await pause(100);
    }
  };

  test("on a new PC everything is put in place without a question", () => {
    assert.equal(pc.install(setups.real), 0);
    for (const name of [...PROGRAMS, "LICENSE.txt", "THIRD-PARTY-NOTICES.md", "SOURCE.txt", "uninstall.exe"]) {
      assert.ok(pc.has(pc.installed(name)), name);
    }
    assert.ok(!pc.has(pc.installed("new")) && !pc.has(pc.installed("old")), "no leftovers");
    assert.equal(pc.listed("DisplayVersion"), now.version);
    assert.equal(pc.listed("QuietUninstallString"), `"${pc.installed("uninstall.exe")}" /S`);
    assert.match(pc.listed("Comments"), new RegExp(now.commit || "unknown"));
    assert.equal(cli("--version").stdout.trim(), `karcis-cli ${now.version}`);
    assert.match(readFileSync(pc.file(pc.installed("SOURCE.txt")), "utf8"), new RegExp(`commit ${now.commit || "unknown"}`));
    const menu = `${pc.local.replace("Local", "Roaming")}\\Microsoft\\Windows\\Start Menu\\Programs\\Karcis.lnk`;
    assert.ok(pc.has(menu), "the Start menu leads to it");
    assert.equal(pc.autostart(), null);
    if (setups.real !== setups.current) {
      const window = readFileSync(pc.file(pc.installed("karcis.exe")));
      assert.ok(window.includes("__TAURI_BUNDLE_TYPE_VAR_NSS") && !window.includes("__TAURI_BUNDLE_TYPE_VAR_UNK"));
      assert.ok(now.commit === "" || window.includes(now.commit), "the window knows its commit");
    }
  });

  test("without WebView2 Karcis is installed, and no set-up is run that Microsoft did not sign", () => {
    pc.pretendWebView2(false);
    assert.equal(pc.install(setups.current), EXIT.noWebView);
    assert.equal(pc.listed("DisplayVersion"), now.version);
    assert.equal(note("started"), null);
  });

  test("an upgrade leaves every byte of the books alone, and the new version opens them", () => {
    assert.equal(pc.install(setups.older), 0);
    assert.equal(pc.listed("DisplayVersion"), OLDER);
    const books = makeBooks();
    assert.equal(pc.install(setups.real), 0);
    assert.equal(pc.listed("DisplayVersion"), now.version);
    assert.deepEqual(pc.contents(pc.books), books);
    const doctor = cli("doctor", "--data", pc.books);
    assert.equal(doctor.status, 0, doctor.stdout);
  });

  test("the same version may be installed over itself", () => {
    assert.equal(pc.install(setups.current), 0);
    const files = pc.contents(pc.programs);
    assert.equal(pc.install(setups.current), 0);
    assert.deepEqual(pc.contents(pc.programs), files);
  });

  test("a running Karcis is asked to end and may finish what it writes", async () => {
    assert.equal(pc.install(setups.older), 0);
    pc.start(pc.installed("karcis.exe"));
    await until("it runs", () => note("started") !== null);
    assert.equal(pc.install(setups.current), 0);
    assert.equal(note("written"), "half and whole");
    assert.equal(pc.listed("DisplayVersion"), now.version);
  });

  test("a Karcis that does not end stops the upgrade, and nothing has changed", async () => {
    assert.equal(pc.install(setups.older), 0);
    const files = pc.contents(pc.programs);
    const running = pc.start(pc.installed("karcis.exe"), ["--deaf"]);
    await until("it runs", () => note("started") !== null);
    assert.equal(pc.install(setups.current, "/WAIT=2"), EXIT.running);
    assert.deepEqual(pc.contents(pc.programs), files);
    assert.equal(pc.listed("DisplayVersion"), OLDER);
    assert.equal(pc.uninstall("/WAIT=2"), EXIT.running);
    assert.deepEqual(pc.contents(pc.programs), files);
    assert.equal(running.exitCode, null, "it was not killed");
    running.kill("SIGKILL");
    await until("it is gone", () => pc.install(setups.current, "/WAIT=1") === 0);
  });

  test("the updater gets its upgrade without a question, and Karcis again with its own switches", async () => {
    assert.equal(pc.install(setups.older), 0);
    assert.equal(pc.install(setups.current, "/UPDATE", "/R", "/ARGS", "--hidden", "/P"), 0);
    await until("it runs again", () => note("started") === "--hidden\n/P\n");
    pc.run(pc.installed("karcis.exe"), ["--quit"]);
    await until("it has ended", () => note("written") === "half and whole");
  });

  test("an older version does not take the place of a newer one unless told to", () => {
    assert.equal(pc.install(setups.current), 0);
    assert.equal(pc.install(setups.older), EXIT.newer);
    assert.equal(pc.listed("DisplayVersion"), now.version);
    assert.equal(pc.install(setups.older, "/DOWNGRADE"), 0);
    assert.equal(pc.listed("DisplayVersion"), OLDER);
  });

  test("a damaged installer installs nothing", () => {
    const whole = readFileSync(setups.current);
    const torn = join(work, "torn.exe");
    writeFileSync(torn, whole.subarray(0, Math.floor(whole.length * 0.9)));
    const flipped = join(work, "flipped.exe");
    const bytes = Buffer.from(whole);
    bytes[Math.floor(bytes.length / 2)] ^= 1;
    writeFileSync(flipped, bytes);
    for (const setup of [torn, flipped]) {
      assert.equal(pc.install(setup), EXIT.damaged, setup);
      assert.equal(pc.install(setup, "/NCRC"), EXIT.damaged, `${setup}, and nobody may skip the check`);
      assert.ok(!pc.has(pc.programs));
      assert.equal(pc.listed("DisplayVersion"), null);
    }
  });

  test("starting with Windows is switched on, left alone and switched off", () => {
    assert.equal(pc.install(setups.older, "/AUTOSTART=1"), 0);
    const value = `"${pc.installed("karcis.exe")}" --hidden`;
    assert.equal(pc.autostart().replaceAll('\\"', '"'), value);
    assert.equal(pc.install(setups.current), 0);
    assert.equal(pc.autostart().replaceAll('\\"', '"'), value);
    assert.equal(pc.install(setups.current, "/AUTOSTART=0"), 0);
    assert.equal(pc.autostart(), null);
    assert.equal(pc.install(setups.current, "/AUTOSTART=1"), 0);
    assert.equal(pc.uninstall(), 0);
    assert.equal(pc.autostart(), null);
  });

  test("a disk that takes no more leaves the version that was there, and an update starts it again", async () => {
    assert.equal(pc.install(setups.older), 0);
    const files = pc.contents(pc.programs);
    assert.equal(pc.runCramped(1000, setups.current, ["/S"]), EXIT.cannotWrite);
    assert.deepEqual(pc.contents(pc.programs), files);
    assert.equal(pc.listed("DisplayVersion"), OLDER);
    assert.equal(note("started"), null);
    assert.equal(pc.runCramped(1000, setups.current, ["/S", "/UPDATE", "/R", "/ARGS"]), EXIT.cannotWrite);
    await until("it runs again", () => note("started") === "");
    pc.run(pc.installed("karcis.exe"), ["--quit"]);
    await until("it has ended", () => note("written") === "half and whole");
  });

  test("a folder that cannot be made is said by the exit code", () => {
    rmSync(pc.file(`${pc.local}\\Programs`), { recursive: true, force: true });
    writeFileSync(pc.file(`${pc.local}\\Programs`), "a file where the folder should be");
    assert.equal(pc.install(setups.current), EXIT.cannotWrite);
    rmSync(pc.file(`${pc.local}\\Programs`));
    assert.equal(pc.listed("DisplayVersion"), null);
  });

  test("it can be put elsewhere, and upgrades stay there", () => {
    const elsewhere = "C:\\Warung-é\\Karcis";
    assert.equal(pc.install(setups.older, `/D=${elsewhere}`), 0);
    const older = pc.contents(elsewhere);
    assert.ok("karcis.exe" in older);
    assert.equal(pc.install(setups.current), 0);
    assert.notDeepEqual(pc.contents(elsewhere), older);
    assert.ok(!pc.has(pc.programs));
    assert.equal(pc.run(`${elsewhere}\\uninstall.exe`, ["/S", `_?=${elsewhere}`], { stdio: "ignore" }).status, 0);
    assert.ok(!pc.has(`${elsewhere}\\karcis.exe`));
  });

  test("an older Windows is told so before anything is written", () => {
    pc.become("win81");
    try {
      assert.equal(pc.install(setups.current), EXIT.oldWindows);
      assert.ok(!pc.has(pc.programs));
    } finally {
      pc.become("win10");
    }
  });

  test("uninstalling takes the program away and keeps the books and their key", async () => {
    assert.equal(pc.install(setups.real), 0);
    const books = makeBooks();
    const window = join(work, "standin/karcis.exe");
    assert.equal(pc.run(window, ["--keep", "0badcafe.karcis"]).status, 0);
    // As the list of programs does it: the uninstaller copies itself away and works from there.
    assert.equal(pc.run(pc.installed("uninstall.exe"), ["/S"], { stdio: "ignore" }).status, 0);
    await until("the program is gone", () => !pc.has(pc.programs));
    await until("it is no longer listed", () => pc.listed("DisplayVersion") === null);
    assert.deepEqual(pc.contents(pc.books), books);
    assert.match(pc.run(window, ["--kept"]).stdout, /0badcafe\.karcis/);
  });

  test("uninstalling deletes books and keys only when told to, and other programs' keys never", () => {
    assert.equal(pc.install(setups.current), 0);
    makeBooks();
    const window = join(work, "standin/karcis.exe");
    for (const name of ["0badcafe.karcis", "somebody.else"]) assert.equal(pc.run(window, ["--keep", name]).status, 0);
    assert.equal(pc.uninstall("/DELETEDATA"), 0);
    assert.ok(!pc.has(pc.books));
    assert.deepEqual(pc.run(window, ["--kept"]).stdout.trim().split("\n"), ["somebody.else"]);
  });

  test("books that somebody has open are not deleted, and the uninstaller says so", async () => {
    assert.equal(pc.install(setups.current), 0);
    makeBooks();
    const elsewhere = join(work, "elsewhere.exe");
    copyFileSync(join(work, "standin/karcis-cli.exe"), elsewhere);
    const serving = pc.start(elsewhere, ["serve", "--data", pc.books]);
    await until("it serves", () => serving.printed().includes("http://"));
    assert.equal(pc.uninstall("/DELETEDATA"), EXIT.dataInUse);
    assert.ok(pc.has(`${pc.books}\\karcis.db`));
    assert.ok(pc.has(pc.installed("karcis.exe")), "the program is there to close it with");
    serving.kill("SIGKILL");
    await until("it is gone", () => pc.uninstall("/DELETEDATA") === 0);
    assert.ok(!pc.has(pc.books));
  });
}

if (isMain(import.meta)) {
  await onWindowsSide(async (positionals) => {
    trials(await prepare(positionals));
  });
}
