// Signs a program for Windows where a certificate is at hand, so that Windows names the publisher.
//   node scripts/release/authenticode.mjs FILE
// KARCIS_AUTHENTICODE names a PKCS#12 file, KARCIS_AUTHENTICODE_PASSWORD its password, KARCIS_TIMESTAMP a time stamp server
// (empty: none). Without KARCIS_AUTHENTICODE nothing is signed.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMain, main, Stop } from "../machine.mjs";

const TIMESTAMP = "http://timestamp.digicert.com";

/** Signs a file in place; answers whether there was something to sign with. */
export function authenticode(file, env = process.env) {
  const certificate = env.KARCIS_AUTHENTICODE?.trim();
  if (!certificate) return false;
  const work = mkdtempSync(join(tmpdir(), "karcis-authenticode-"));
  try {
    const [out, password] = [join(work, "signed.exe"), join(work, "password")];
    // On a command line everybody could read it.
    writeFileSync(password, env.KARCIS_AUTHENTICODE_PASSWORD ?? "", { mode: 0o600 });
    const server = env.KARCIS_TIMESTAMP ?? TIMESTAMP;
    const stamp = server ? ["-ts", server] : [];
    const words = ["-pkcs12", certificate, "-readpass", password, "-h", "sha256", "-n", "Karcis", ...stamp];
    const done = spawnSync("osslsigncode", ["sign", ...words, "-in", file, "-out", out], { encoding: "utf8" });
    if (done.error) throw new Stop(`osslsigncode could not be run (package osslsigncode): ${done.error.message}`);
    if (done.status !== 0) throw new Stop(`${file} could not be signed: ${(done.stderr || done.stdout).trim()}`);
    copyFileSync(out, file);
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (isMain(import.meta)) {
  await main(() => {
    const [file] = process.argv.slice(2);
    if (!file) throw new Stop("Which file?");
    authenticode(file);
  });
}
