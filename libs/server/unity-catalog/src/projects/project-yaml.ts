import type { CST, Document, LineCounter } from 'yaml';

type Yaml = typeof import('yaml');

/** What is wrong with a text, and where; both count from 1. */
export interface YamlProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Composing walks over the text by recursion, which a text that is nested deep enough would turn into a crash. */
const DEEPEST = 100;
/** Some microseconds each, in which the process does nothing else: words, punctuation, and the space between them. */
const MOST_LEXEMES = 50_000;
const MOST_PROBLEMS = 20;
const MESSAGE_CHARACTERS = 200;

/**
 * What keeps a text from being a project document: one YAML document that is a mapping. Nothing of it is evaluated and no alias is
 * expanded, so the work grows with the length of the text and nothing else.
 */
export async function problemsInProject(text: string): Promise<YamlProblem[]> {
  // Loading it costs a tenth of a second, which the start of the process can do without.
  const yaml = await import('yaml');
  const { Composer, isMap, LineCounter } = yaml;
  const lines = new LineCounter();
  const problemAt = (offset: number, message: string): YamlProblem => {
    // The counter knows no line before the first break and no place before the first character.
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), message: message.slice(0, MESSAGE_CHARACTERS) };
  };
  const tokens = tokensOf(yaml, text, lines);
  if (tokens === undefined) return [problemAt(0, `The text has more than ${MOST_LEXEMES} words and signs`)];
  const deep = tokens.map(tooDeepIn).find((offset) => offset !== undefined);
  if (deep !== undefined) return [problemAt(deep, `Nothing may be nested more than ${DEEPEST} levels deep`)];

  // Its own look for equal keys compares each with each.
  const documents = [...new Composer({ uniqueKeys: false, logLevel: 'silent' }).compose(tokens, true, text.length)];
  const [document, second] = documents;
  const problems = documents.flatMap(({ errors }) => errors).map(({ pos, message }) => problemAt(pos[0], message));
  if (problems.length === 0 && document !== undefined) {
    problems.push(...namesIn(yaml, document).map(([offset, message]) => problemAt(offset, message)));
  }
  if (second !== undefined)
    problems.push(problemAt(second.range[0], 'There must be one document, and here begins another'));
  if (problems.length === 0 && !isMap(document?.contents)) {
    problems.push(problemAt(document?.contents?.range?.[0] ?? 0, 'A project document must be a mapping'));
  }
  return problems.sort((one, other) => one.line - other.line || one.column - other.column).slice(0, MOST_PROBLEMS);
}

/** Undefined when there are too many of them. */
function tokensOf({ Lexer, Parser }: Yaml, text: string, lines: LineCounter): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > MOST_LEXEMES) return undefined;
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  return tokens;
}

/** Where the text goes too deep, found without recursion. */
function tooDeepIn(token: CST.Token): number | undefined {
  const open: { token: CST.Token; depth: number }[] = [{ token, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token: at, depth } = next;
    if (depth > DEEPEST) return at.offset;
    const below =
      at.type === 'document' ? [at.value] : 'items' in at ? at.items.flatMap(({ key, value }) => [key, value]) : [];
    for (const one of below) if (one != null) open.push({ token: one, depth: depth + 1 });
  }
  return undefined;
}

/** Keys that stand twice in a mapping, and aliases of what has not been named. */
function namesIn(
  { isAlias, isMap, isScalar, visit }: Yaml,
  document: Document.Parsed,
): [offset: number, message: string][] {
  const found: [number, string][] = [];
  const anchors = new Set<string>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) found.push([node.range?.[0] ?? 0, `Nothing before is called &${node.source}`]);
      } else if ('anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
      if (!isMap(node)) return;
      const keys = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) found.push([key.range?.[0] ?? 0, 'A key may stand only once in a mapping']);
        keys.add(key.value);
      }
    },
  });
  return found;
}
