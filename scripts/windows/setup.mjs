// Makes a Debian machine able to build, check, run and pack Karcis for Windows. Quick when there is nothing to do.
//   npm run windows:setup
// What it makes lies in ~/.cache/karcis/windows ($XDG_CACHE_HOME) and can be thrown away at any time.
import { mkdtempSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { isDebian, isMain, main, must, Stop, target, Unavailable } from "../machine.mjs";
import { installPackages } from "../packages.mjs";
import { cacheFolder, fingerprint } from "./cache.mjs";
import { bare, forgetOtherBuilds, TARGET, windowsToolchain } from "./toolchain.mjs";
import { endWine, freshPrefix, pristinePrefix, runUnderWine, wine } from "./wine.mjs";

const GCC = "x86_64-w64-mingw32-gcc-win32";

/**
 * Makes everything ready. Answers the cargo for Windows, the environment it needs (it builds below `target/windows`) and
 * whether it has clippy. Throws [`Unavailable`] with the reason where the tools cannot be installed.
 */
export async function setUpWindows() {
  installTools();
  const toolchain = await windowsToolchain();
  await pristinePrefix();
  const env = { ...bare(process.env), ...cargoEnv(toolchain) };
  const cargo = join(toolchain.bin, "cargo");
  forgetOtherBuilds(env.CARGO_TARGET_DIR, toolchain.bin);
  await prove(toolchain, env);
  return { cargo, env, clippy: toolchain.clippy, folder: env.CARGO_TARGET_DIR };
}

/** What cargo must know to build for Windows. The private toolchain comes before everything else called cargo. */
function cargoEnv(toolchain) {
  return {
    ...toolchain.env,
    PATH: [toolchain.bin, process.env.PATH].join(delimiter),
    CARGO_TARGET_DIR: join(target, "windows"),
    CARGO_BUILD_TARGET: TARGET,
    CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER: GCC,
    CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER: wine(),
    CC_x86_64_pc_windows_gnu: GCC,
    CXX_x86_64_pc_windows_gnu: "x86_64-w64-mingw32-g++-win32",
    AR_x86_64_pc_windows_gnu: "x86_64-w64-mingw32-ar",
  };
}

function installTools() {
  if (!isDebian() || process.arch !== "x64") {
    throw new Unavailable("Windows programs are made on Debian for x86-64 only; this machine is another.");
  }
  try {
    installPackages("windows");
  } catch (error) {
    if (error instanceof Stop) throw new Unavailable(error.message);
    throw error;
  }
}

/** Builds a program and runs it, once for each set of tools: what was made does what it is for. */
async function prove(toolchain, env) {
  const stamp = join(cacheFolder(), `proven-${fingerprint(toolchain, await pristinePrefix())}`);
  if (existsSync(stamp)) return;
  const folder = mkdtempSync(join(tmpdir(), "karcis-windows-"));
  try {
    const [source, program] = [join(folder, "proof.rs"), join(folder, "proof.exe")];
    const caught = 'std::panic::catch_unwind(|| panic!("as it should")).is_err()';
    writeFileSync(source, `fn main() { println!("{} {}", std::env::consts::OS, ${caught}) }\n`);
    must(join(toolchain.bin, "rustc"), ["--target", TARGET, "-Clinker=" + GCC, "-o", program, source], { env });
    const prefix = await freshPrefix(join(folder, "prefix"));
    const { stdout } = runUnderWine(prefix, program);
    endWine(prefix);
    if (stdout.trim() !== "windows true") throw new Stop(`A program built for Windows does not run under Wine: ${stdout}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  writeFileSync(stamp, "");
}

if (isMain(import.meta)) {
  await main(async () => {
    await setUpWindows();
    console.log("This machine can build, check and run Karcis for Windows: npm run windows:check, npm run windows:test.");
  });
}
