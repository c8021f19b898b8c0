// A Rust that knows Windows: this machine's own where it does, otherwise a private copy with a standard library for Windows
// built from the very sources Debian keeps of that release.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { must, output, Stop, Unavailable } from "../machine.mjs";
import { cacheFolder, fingerprint, whole } from "./cache.mjs";
import { fromArchive, fromPool, unpack } from "./debian.mjs";

/** What programs for Windows are built for. */
export const TARGET = "x86_64-pc-windows-gnu";

/** The sources of a standard library belong to one release of the compiler and fit no other. */
const SOURCES = [
  {
    release: "1.95.0",
    path: "pool/main/r/rustc/rust-src_1.95.0+dfsg1-2~bpo13+1_all.deb",
    sha256: "7b76db5b880a77f9e52975d2baa6209d2f76d2c9c2789515c3088cb960e2c83b",
  },
];
/** Debian's own compiler, with sources of the same release; it has no clippy. */
const SPARE = ["rustc-web", "cargo-web", "rust-web-src"];
/** Raised when the way the library is built changes. */
const RECIPE = 1;

/** A toolchain: where its programs are, what they need around them, whether clippy is among them. */
const toolchain = (folder, env = {}) => ({ bin: join(folder, "bin"), env, clippy: existsSync(join(folder, "bin/cargo-clippy")) });

/** The toolchain, made when there is none. */
export async function windowsToolchain() {
  const own = output("rustc", ["--print", "sysroot"])?.trim();
  if (own && hasStandardLibrary(own) && existsSync(join(own, "bin/cargo"))) return toolchain(own);
  const troubles = [];
  for (const source of SOURCES) {
    const like = [own, output("rustup", ["run", source.release, "rustc", "--print", "sysroot"])?.trim()];
    const sysroot = like.find((folder) => folder && existsSync(join(folder, "bin/cargo")) && releaseOf(folder) === source.release);
    if (!sysroot) {
      troubles.push(`Rust ${source.release} itself is not here (rustup toolchain install ${source.release}).`);
      continue;
    }
    try {
      return toolchain(await copied(sysroot, source));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      troubles.push(error.message);
    }
  }
  try {
    return await spare();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const easiest = `Rust's standard library for Windows cannot be had. Where rustup reaches its server: rustup target add ${TARGET}`;
    throw new Unavailable([easiest, ...troubles, error.message].join("\n  "));
  }
}

/** The compiler of this machine beside a library for Windows. */
function copied(sysroot, source) {
  const compiler = output(join(sysroot, "bin/rustc"), ["-vV"]);
  const folder = join(cacheFolder(), `toolchain-${source.release}-${fingerprint(RECIPE, source, compiler)}`);
  return whole(folder, (unfinished) => {
    const sources = join(unfinished, "sources");
    mkdirSync(sources);
    console.log(`Fetching the sources of Rust ${source.release} from Debian's mirror`);
    unpack(fromPool(source.path, source.sha256, sources), sources);
    for (const part of ["bin", "lib", "libexec"].filter((name) => existsSync(join(sysroot, name)))) {
      // The same bytes under a second name; other file systems get a copy.
      const linked = output("cp", ["-al", join(sysroot, part), unfinished]) !== null;
      if (!linked) {
        rmSync(join(unfinished, part), { recursive: true, force: true });
        must("cp", ["-a", join(sysroot, part), unfinished]);
      }
    }
    buildStandardLibrary(unfinished, join(sources, `usr/src/rustc-${source.release}/library`), {});
    rmSync(sources, { recursive: true });
  });
}

/** Debian's compiler unpacked into a folder of its own. */
async function spare() {
  const policy = output("apt-cache", ["policy", ...SPARE]) ?? "";
  const folder = join(cacheFolder(), `toolchain-debian-${fingerprint(RECIPE, policy.match(/Candidate: .*/g))}`);
  const around = (place) => ({ LD_LIBRARY_PATH: ["usr/lib", "usr/lib/x86_64-linux-gnu"].map((name) => join(place, name)).join(":") });
  await whole(folder, (unfinished) => {
    console.log("Fetching Debian's own Rust");
    const packages = join(unfinished, "packages");
    for (const file of fromArchive(SPARE, packages)) unpack(file, unfinished);
    rmSync(packages, { recursive: true });
    const sources = join(unfinished, "usr/src");
    const release = existsSync(sources) && readdirSync(sources).find((name) => name.startsWith("rustc-"));
    if (!release) throw new Unavailable("Debian's Rust came without the sources of its standard library.");
    buildStandardLibrary(join(unfinished, "usr"), join(sources, release, "library"), around(unfinished));
    rmSync(sources, { recursive: true });
  });
  return toolchain(join(folder, "usr"), around(folder));
}

/** Builds the standard library for Windows into the toolchain in this folder. */
function buildStandardLibrary(folder, library, around) {
  console.log("Building Rust's standard library for Windows (about a minute)");
  const goal = libraryFolder(folder);
  const work = join(folder, "work");
  mkdirSync(goal, { recursive: true });
  const rustc = join(folder, "bin/rustc");
  const env = { ...bare(process.env), ...around, RUSTC: rustc, RUSTC_BOOTSTRAP: "1", CARGO_TARGET_DIR: work };
  for (const name of ["rsbegin", "rsend"]) {
    const source = join(library, "rtstartup", `${name}.rs`);
    must(rustc, ["--target", TARGET, "--emit=obj", "-Cpanic=abort", "-o", join(goal, `${name}.o`), source], { env });
  }
  // Programs carry the library inside them: no DLL of it is wanted.
  const manifest = join(library, "std/Cargo.toml");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace('crate-type = ["dylib", "rlib"]', 'crate-type = ["rlib"]'));
  const build = ["build", "--quiet", "--locked", "--profile", "dist", "-p", "sysroot"];
  must(join(folder, "bin/cargo"), [...build, "--features", "panic-unwind,backtrace", "--target", TARGET], {
    cwd: library,
    env: {
      ...env,
      CARGO_PROFILE_DIST_DEBUG: "0",
      RUSTFLAGS: `-Zforce-unstable-if-unmarked --remap-path-prefix=${library}=/rustc/library`,
      // As the library's own build calls it; crates that look for `std` by its name rely on it.
      __CARGO_DEFAULT_LIB_METADATA: "stablestd",
    },
  });
  const made = join(work, TARGET, "dist/deps");
  const crates = readdirSync(made).filter((name) => name.endsWith(".rlib") && !name.startsWith("libsysroot-"));
  for (const name of crates) copyFileSync(join(made, name), join(goal, name));
  rmSync(work, { recursive: true });
  if (!hasStandardLibrary(folder)) throw new Stop("The standard library for Windows was built, but is not where it belongs.");
}

/**
 * Throws away what was built with another standard library: cargo does not notice one that was made anew of the same release,
 * and the two do not mix.
 */
export function forgetOtherBuilds(folder, bin) {
  const library = join(bin, "..", "lib/rustlib", TARGET, "lib");
  const crates = readdirSync(library).filter((name) => name.startsWith("libstd-"));
  const now = crates.map((name) => `${join(library, name)} ${statSync(join(library, name)).mtimeMs}`).join("\n");
  const note = join(folder, "built-with");
  const before = existsSync(note) ? readFileSync(note, "utf8") : now;
  if (before !== now) {
    for (const built of [TARGET, "debug", "release"]) rmSync(join(folder, built), { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(note, now);
}

/** The environment without the wishes for other builds. */
export function bare(env) {
  const others = /^(CARGO_BUILD_|CARGO_ENCODED_|CARGO_PROFILE_|CARGO_TARGET_|RUSTC|RUSTFLAGS$|RUSTUP_TOOLCHAIN$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !others.test(name)));
}

function libraryFolder(folder) {
  return join(folder, "lib/rustlib", TARGET, "lib");
}

function hasStandardLibrary(folder) {
  const place = libraryFolder(folder);
  return existsSync(place) && readdirSync(place).some((name) => /^libstd-.*\.rlib$/.test(name));
}

function releaseOf(folder) {
  return /^rustc (\d+\.\d+\.\d+) /.exec(output(join(folder, "bin/rustc"), ["--version"]) ?? "")?.[1];
}
