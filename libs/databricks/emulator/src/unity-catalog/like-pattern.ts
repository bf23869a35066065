/**
 * A test for names by a SQL LIKE pattern: `%` is anything, `_` one character, a backslash takes the next one as it is.
 * Case does not count, as in all names. No pattern lets everything pass.
 */
export function likePattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true;
  const wanted = tokensOf(pattern.toLowerCase());
  return (name) => matches(wanted, [...name.toLowerCase()]);
}

type Token = { readonly any: true } | { readonly one: true } | { readonly character: string };

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (character === '%') {
      const last = tokens.at(-1);
      if (last === undefined || !('any' in last)) tokens.push({ any: true });
    } else if (character === '_') tokens.push({ one: true });
    else if (character === '\\' && index + 1 < characters.length) {
      index += 1;
      tokens.push({ character: characters[index] ?? '' });
    } else tokens.push({ character });
  }
  return tokens;
}

/** By going back to the last `%` only, so that no pattern takes more than name times pattern. */
function matches(tokens: readonly Token[], name: readonly string[]): boolean {
  let at = 0;
  let token = 0;
  let lastAny = -1;
  let lastAt = 0;
  while (at < name.length) {
    const wanted = tokens[token];
    if (wanted !== undefined && 'any' in wanted) {
      lastAny = token;
      lastAt = at;
      token += 1;
    } else if (wanted !== undefined && ('one' in wanted || wanted.character === name[at])) {
      token += 1;
      at += 1;
    } else if (lastAny >= 0) {
      token = lastAny + 1;
      lastAt += 1;
      at = lastAt;
    } else return false;
  }
  return tokens.slice(token).every((rest) => 'any' in rest);
}
