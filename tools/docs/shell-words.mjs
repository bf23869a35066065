// A block of shell taken apart into its commands, as far as documents need it: quotes, comments, joined lines, lists, pipes, substitutions,
// redirections and assignments. No loops, no functions, no here-documents: a page that needs those is too hard to follow.

/** Each command as `{ words, variables }`: its words without redirections, and the variables that are set before them. */
export function commandsOf(text) {
  const commands = [];
  let words = [];
  let word;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(command(words));
    words = [];
  };
  const add = (part) => (word = (word ?? '') + part);
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') {
      if (text[at + 1] !== '\n') add(text[at + 1] ?? '');
      at++;
    } else if (char === "'") {
      const end = closing(text, at, "'");
      add(text.slice(at + 1, end));
      at = end;
    } else if (char === '"') {
      const end = endOfDoubleQuotes(text, at);
      const inside = text.slice(at + 1, end);
      add(inside);
      commands.push(...substitutions(inside));
      at = end;
    } else if (char === '$' && text[at + 1] === '(') {
      const end = endOfSubstitution(text, at + 1);
      commands.push(...commandsOf(text.slice(at + 2, end)));
      add(text.slice(at, end + 1));
      at = end;
    } else if (char === '#' && word === undefined) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end - 1;
    } else if (/[\n;|&]/.test(char)) {
      endCommand();
    } else if (/\s/.test(char)) {
      endWord();
    } else add(char);
  }
  endCommand();
  return commands;
}

function command(words) {
  const kept = [];
  for (let at = 0; at < words.length; at++) {
    // `>file`, `> file`, `2>&1`.
    if (/^\d?[<>]+$/.test(words[at])) at++;
    else if (!/^\d?[<>]/.test(words[at])) kept.push(words[at]);
  }
  const first = kept.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const assigned = first === -1 ? kept : kept.slice(0, first);
  return {
    words: first === -1 ? [] : kept.slice(first),
    variables: assigned.map((word) => word.slice(0, word.indexOf('='))),
  };
}

function substitutions(text) {
  const found = [];
  for (let at = text.indexOf('$('); at !== -1; at = text.indexOf('$(', at)) {
    const end = endOfSubstitution(text, at + 1);
    found.push(...commandsOf(text.slice(at + 2, end)));
    at = end;
  }
  return found;
}

function closing(text, from, quote) {
  const end = text.indexOf(quote, from + 1);
  if (end === -1) throw new Error(`A ${quote} is never closed: ${text.slice(from, from + 40)}`);
  return end;
}

function endOfDoubleQuotes(text, from) {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '$' && text[at + 1] === '(') at = endOfSubstitution(text, at + 1);
    else if (text[at] === '"') return at;
  }
  throw new Error(`A " is never closed: ${text.slice(from, from + 40)}`);
}

function endOfSubstitution(text, from) {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "'") at = closing(text, at, "'");
    else if (text[at] === '"') at = endOfDoubleQuotes(text, at);
    else if (text[at] === '(') at = endOfSubstitution(text, at);
    else if (text[at] === ')') return at;
  }
  throw new Error(`A ( is never closed: ${text.slice(from, from + 40)}`);
}
