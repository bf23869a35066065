import { parseError } from './parse-error';

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol' | 'end';

/** A piece of a statement. `text` is what stands there; `value` is what it means: unescaped, without its quotes. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value: string;
  readonly start: number;
}

const SYMBOLS = [
  '<=>',
  '::',
  '->',
  '=>',
  '<=',
  '>=',
  '<>',
  '!=',
  '==',
  '||',
  '<<',
  '>>',
  ...'+-*/%=<>!()[]{},.;:?&|^~@',
];
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['b', '\b'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['Z', '\x1A'],
  // The escape of LIKE patterns stays for LIKE.
  ['%', '\\%'],
  ['_', '\\_'],
]);

/** Splits Databricks SQL into tokens; comments and white space are left out. The last token is of kind `end`. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at = skipBlank(sql, at);
    const token = at >= sql.length ? { kind: 'end' as const, text: '', value: '', start: at } : readToken(sql, at);
    tokens.push(token);
    if (token.kind === 'end') return tokens;
    at = token.start + token.text.length;
  }
}

function skipBlank(sql: string, start: number): number {
  let at = start;
  for (;;) {
    while (at < sql.length && isSpace(sql[at] ?? '')) at += 1;
    if (sql.startsWith('--', at)) {
      while (at < sql.length && sql[at] !== '\n') at += 1;
    } else if (sql.startsWith('/*', at)) {
      at = endOfComment(sql, at);
    } else {
      return at;
    }
  }
}

/** Bracketed comments nest. */
function endOfComment(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length; at += 1) {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 1;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  throw parseError(
    'UNCLOSED_BRACKETED_COMMENT',
    'Found an unclosed bracketed comment. Please, append */ at the end of the comment.',
    sql,
    start,
  );
}

function readToken(sql: string, start: number): Token {
  const first = sql[start] ?? '';
  if (first === "'" || first === '"') return stringToken(sql, start, start, false);
  if ((first === 'r' || first === 'R') && (sql[start + 1] === "'" || sql[start + 1] === '"')) {
    return stringToken(sql, start, start + 1, true);
  }
  if (first === '`') return quotedToken(sql, start);
  if (isDigit(first) || (first === '.' && isDigit(sql[start + 1] ?? ''))) return numberToken(sql, start);
  if (isWordStart(first)) return token('word', sql, start, endOfWord(sql, start));
  if (first === ':' && isWordStart(sql[start + 1] ?? '') && sql[start - 1] !== ':') {
    const end = endOfWord(sql, start + 1);
    return { ...token('parameter', sql, start, end), value: sql.slice(start + 1, end) };
  }
  const symbol = SYMBOLS.find((candidate) => sql.startsWith(candidate, start));
  if (symbol !== undefined) return token('symbol', sql, start, start + symbol.length);
  throw parseError('PARSE_SYNTAX_ERROR', `Syntax error at or near ${quoteForMessage(first)}.`, sql, start);
}

function token(kind: TokenKind, sql: string, start: number, end: number): Token {
  const text = sql.slice(start, end);
  return { kind, text, value: text, start };
}

function stringToken(sql: string, start: number, open: number, raw: boolean): Token {
  const quote = sql[open] ?? '';
  let value = '';
  for (let at = open + 1; at < sql.length; at += 1) {
    const character = sql[at] ?? '';
    if (character === quote) return { kind: 'string', text: sql.slice(start, at + 1), value, start };
    if (character !== '\\' || raw) {
      value += character;
      continue;
    }
    const escaped = readEscape(sql, at + 1);
    value += escaped.value;
    at = escaped.last;
  }
  throw parseError('PARSE_SYNTAX_ERROR', `Syntax error at or near ${quoteForMessage(quote)}.`, sql, start);
}

/** Spark SQL, "String literal": `\uXXXX`, `\UXXXXXXXX`, octal `\ooo`, the letters above; else the character itself. */
function readEscape(sql: string, at: number): { value: string; last: number } {
  const character = sql[at] ?? '';
  const digits = character === 'u' ? 4 : character === 'U' ? 8 : 0;
  if (digits > 0) {
    const code = hexadecimal(sql.slice(at + 1, at + 1 + digits), digits);
    if (code !== undefined) return { value: String.fromCodePoint(code), last: at + digits };
  }
  const octal = sql.slice(at, at + 3);
  if (octal.length === 3 && [...octal].every((digit) => digit >= '0' && digit <= '7') && character <= '3') {
    return { value: String.fromCharCode(Number.parseInt(octal, 8)), last: at + 2 };
  }
  return { value: ESCAPES.get(character) ?? character, last: at };
}

function hexadecimal(text: string, digits: number): number | undefined {
  if (text.length !== digits) return undefined;
  if (![...text.toLowerCase()].every((digit) => '0123456789abcdef'.includes(digit))) return undefined;
  const code = Number.parseInt(text, 16);
  return code <= 0x10ffff ? code : undefined;
}

/** In backticks everything is itself; a doubled backtick is one. */
function quotedToken(sql: string, start: number): Token {
  let value = '';
  for (let at = start + 1; at < sql.length; at += 1) {
    if (sql[at] !== '`') {
      value += sql[at];
    } else if (sql[at + 1] === '`') {
      value += '`';
      at += 1;
    } else {
      return { kind: 'quoted', text: sql.slice(start, at + 1), value, start };
    }
  }
  throw parseError('PARSE_SYNTAX_ERROR', "Syntax error at or near '`'.", sql, start);
}

/** `1`, `1.5`, `.5`, `1e3`, with the suffixes L, S, Y, D, F and BD. */
function numberToken(sql: string, start: number): Token {
  let at = start;
  while (isDigit(sql[at] ?? '')) at += 1;
  if (sql[at] === '.' && isDigit(sql[at + 1] ?? '')) {
    at += 1;
    while (isDigit(sql[at] ?? '')) at += 1;
  } else if (sql[at] === '.' && !isWordStart(sql[at + 1] ?? '') && sql[at + 1] !== '.') {
    at += 1;
  }
  const exponent = (sql[at] ?? '').toLowerCase() === 'e' ? at + 1 : -1;
  if (exponent > 0) {
    const digits = sql[exponent] === '+' || sql[exponent] === '-' ? exponent + 1 : exponent;
    if (isDigit(sql[digits] ?? '')) {
      at = digits;
      while (isDigit(sql[at] ?? '')) at += 1;
    }
  }
  const end = endOfWord(sql, at);
  const suffix = sql.slice(at, end).toUpperCase();
  if (['', 'L', 'S', 'Y', 'D', 'F', 'BD'].includes(suffix)) {
    return { kind: 'number', text: sql.slice(start, end), value: sql.slice(start, at), start };
  }
  // Spark lets names start with digits.
  return token('word', sql, start, end);
}

function endOfWord(sql: string, start: number): number {
  let at = start;
  while (at < sql.length && (isWordStart(sql[at] ?? '') || isDigit(sql[at] ?? ''))) at += 1;
  return at;
}

function isSpace(character: string): boolean {
  return character !== '' && ' \t\r\n\f\v\u00A0\uFEFF'.includes(character);
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character !== '';
}

/** Letters of every script, as the platform's names allow them. */
function isWordStart(character: string): boolean {
  return /^[\p{L}_]$/u.test(character);
}

export function quoteForMessage(text: string): string {
  return `'${text}'`;
}
