// When a version was made: the moment of its commit, so that the same source makes the same files.
import { output } from "../machine.mjs";

/** Seconds since 1970; `SOURCE_DATE_EPOCH` comes first, and 0 stands for nobody knows. */
export function momentOf({ commit }, env = process.env) {
  const named = env.SOURCE_DATE_EPOCH?.trim();
  if (/^\d+$/.test(named ?? "")) return Number(named);
  const asked = output("git", ["show", "-s", "--format=%ct", commit.replace("-dirty", "") || "HEAD"]);
  return Number(asked?.trim() || 0);
}
