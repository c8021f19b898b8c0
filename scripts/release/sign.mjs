// Signs the packages in dist/ for the updater with minisign, and checks every signature before it leaves.
//   KARCIS_UPDATE_SECRET=FILE [KARCIS_UPDATE_PASSWORD=…] KARCIS_UPDATE_KEY=… node scripts/release/sign.mjs [--folder dist]
// The secret is a file of minisign's; KARCIS_UPDATE_KEY is the public half as it is built into Karcis. See RELEASING.md.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { edition } from "../edition.mjs";
import { isMain, main, root, Stop } from "../machine.mjs";
import { installerName } from "../windows/installer.mjs";
import { debName } from "./deb.mjs";
import { momentOf } from "./moment.mjs";

/** What the signature vouches for besides the bytes; the updater reads the last two. */
export const vouched = ({ moment, name, version }) => `timestamp:${moment}\tfile:${name}\tversion:${version}`;

/** Signs a file; answers the signature as the updater reads it. Refuses one that the key built into Karcis does not fit. */
export function signed({ file, name, version, moment, secret, password, key }) {
  const work = mkdtempSync(join(tmpdir(), "karcis-sign-"));
  try {
    const [signature, publicKey] = [join(work, "signature"), join(work, "key.pub")];
    writeFileSync(publicKey, Buffer.from(key, "base64"));
    const words = ["-t", vouched({ moment, name, version }), "-c", "signature of a Karcis package"];
    minisign(["-S", "-s", secret, "-m", file, "-x", signature, ...words], `${password ?? ""}\n`);
    minisign(["-V", "-p", publicKey, "-m", file, "-x", signature]);
    return readFileSync(signature).toString("base64");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function minisign(args, input = "") {
  const done = spawnSync("minisign", args, { input, encoding: "utf8" });
  if (done.error) throw new Stop(`minisign could not be run (package minisign): ${done.error.message}`);
  if (done.status !== 0) throw new Stop(`minisign ${args[0]} failed: ${(done.stderr || done.stdout).trim()}`);
}

if (isMain(import.meta)) {
  await main(() => {
    const { folder } = parseArgs({ options: { folder: { type: "string", default: join(root, "dist") } } }).values;
    const { KARCIS_UPDATE_SECRET: secret, KARCIS_UPDATE_PASSWORD: password, KARCIS_UPDATE_KEY: key } = process.env;
    if (!secret || !key) throw new Stop("KARCIS_UPDATE_SECRET and KARCIS_UPDATE_KEY must both be set.");
    const what = edition();
    const names = [installerName(what), debName(what)].filter((name) => existsSync(join(folder, name)));
    if (names.length === 0) throw new Stop(`${folder} holds no package of ${what.version}.`);
    for (const name of names) {
      const file = join(folder, name);
      const signature = signed({ file, name, version: what.version, moment: momentOf(what), secret, password, key });
      writeFileSync(`${file}.sig`, signature);
      console.log(`${name}.sig`);
    }
  });
}
