// Licence expressions as manifests write them: `MIT OR Apache-2.0`, `(A AND B) OR C WITH E`, and the old `MIT/Apache-2.0`.

/** Reads an expression into a tree of { or: [..] }, { and: [..] } and { licence: ".." }; throws on nonsense. */
export function parseExpression(text) {
  const tokens = text.replaceAll("/", " OR ").match(/\(|\)|[A-Za-z0-9.+:-]+/g) ?? [];
  let at = 0;
  const next = () => tokens[at++];
  const joined = (word, key, inner) => {
    const parts = [inner()];
    while (tokens[at] === word) {
      at++;
      parts.push(inner());
    }
    return parts.length === 1 ? parts[0] : { [key]: parts };
  };
  const either = () => joined("OR", "or", both);
  const both = () => joined("AND", "and", single);
  const single = () => {
    const token = next();
    if (token === "(") {
      const inside = either();
      if (next() !== ")") throw new Error(`a bracket is not closed in "${text}"`);
      return inside;
    }
    if (!token || [")", "OR", "AND", "WITH"].includes(token)) throw new Error(`"${text}" is no licence expression`);
    if (tokens[at] !== "WITH") return { licence: token };
    at++;
    return { licence: `${token} WITH ${next()}` };
  };
  const tree = either();
  if (at !== tokens.length) throw new Error(`"${text}" is no licence expression`);
  return tree;
}

/** The licences to comply with when the earliest of `preferred` is chosen at every `OR`; null when none will do. */
export function chosenLicences(tree, preferred) {
  if (tree.licence) return preferred.includes(tree.licence) ? [tree.licence] : null;
  if (tree.and) {
    const parts = tree.and.map((part) => chosenLicences(part, preferred));
    return parts.includes(null) ? null : [...new Set(parts.flat())];
  }
  const worst = (licences) => Math.max(...licences.map((licence) => preferred.indexOf(licence)));
  const choices = tree.or.map((part) => chosenLicences(part, preferred)).filter(Boolean);
  return choices.sort((a, b) => worst(a) - worst(b))[0] ?? null;
}
