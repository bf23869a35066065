import { SqlFailure } from '../sql-failure';
import { parseError } from './parse-error';
import { quoteForMessage, tokenize, type Token } from './tokenizer';

/** Nesting beyond which a statement is refused instead of exhausting the stack. */
const MAX_DEPTH = 200;

/** Words that cannot be an alias without AS, because a clause or an operator starts with them. */
const NOT_AN_ALIAS: ReadonlySet<string> = new Set(
  `AND ANTI AS ASC BETWEEN CLUSTER CROSS DESC DISTRIBUTE ELSE END EXCEPT FOR FROM FULL GROUP HAVING ILIKE IN INNER
   INTERSECT INTO IS JOIN LATERAL LEFT LIKE LIMIT MINUS NATURAL NOT NULLS OFFSET ON OR ORDER OVER PIVOT QUALIFY REGEXP
   RIGHT RLIKE ROWS SELECT SEMI SET SORT TABLE TABLESAMPLE THEN UNION UNPIVOT USING VALUES WHEN WHERE WINDOW WITH
   VERSION TIMESTAMP SYSTEM_VERSION SYSTEM_TIME`.split(/\s+/),
);

/** A position in a statement's tokens, with the questions a parser asks. Keywords are words without quotes, in any case. */
export class TokenReader {
  private at = 0;
  private depth = 0;
  /** The line that was last asked about, and where it begins. */
  private line = { number: 1, next: 0 };
  private readonly tokens: Token[];

  constructor(readonly sql: string) {
    this.tokens = tokenize(sql);
  }

  peek(ahead = 0): Token {
    const last = this.tokens.length - 1;
    const token = this.tokens[Math.min(this.at + ahead, last)];
    if (token === undefined) throw new RangeError('A statement has at least its end');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  isKeyword(...words: readonly string[]): boolean {
    return words.some((word) => this.isKeywordAt(0, word));
  }

  isKeywordAt(ahead: number, word: string): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.value.toUpperCase() === word;
  }

  /** Takes these words if all of them are next. */
  accept(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.isKeywordAt(ahead, word))) return false;
    this.at += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) {
      if (!this.accept(word)) throw this.syntaxError();
    }
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.at += 1;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.syntaxError();
  }

  /** Makes two tokens of one: `>>` is one symbol, and closes two levels of a type. */
  splitSymbol(symbol: string, first: string): void {
    if (!this.isSymbol(symbol)) return;
    const { start } = this.peek();
    const pieces = [first, symbol.slice(first.length)].map((text, index): Token => {
      return { kind: 'symbol', text, value: text, start: start + index * first.length };
    });
    this.tokens.splice(this.at, 1, ...pieces);
  }

  /** A name, in backticks or not. */
  identifier(): Token {
    const token = this.peek();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw this.syntaxError();
    if (token.value === '' || token.value.includes('\0')) {
      throw parseError('INVALID_IDENTIFIER', `The identifier ${token.text} is invalid.`, this.sql, token.start);
    }
    return this.next();
  }

  /** `a`, `a.b`, `a.b.c`, ... */
  name(): Token[] {
    const parts = [this.identifier()];
    while (this.acceptSymbol('.')) parts.push(this.identifier());
    return parts;
  }

  /** An alias with or without AS. */
  alias(): Token | undefined {
    if (this.accept('AS')) return this.identifier();
    const token = this.peek();
    const isName = token.kind === 'quoted' || (token.kind === 'word' && !NOT_AN_ALIAS.has(token.value.toUpperCase()));
    return isName ? this.identifier() : undefined;
  }

  string(): string {
    if (this.peek().kind !== 'string') throw this.syntaxError();
    return this.next().value;
  }

  /** A list in brackets or not, separated by commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.acceptSymbol(',')) items.push(item());
    return items;
  }

  inParentheses<T>(inside: () => T): T {
    this.expectSymbol('(');
    const value = inside();
    this.expectSymbol(')');
    return value;
  }

  /** The end of the statement; one semicolon may stand before it. */
  end(): void {
    while (this.acceptSymbol(';'));
    if (this.peek().kind !== 'end') throw this.syntaxError();
  }

  /** Whether the rule that is read stands in no other that went through `nested`. */
  get isOutermost(): boolean {
    return this.depth === 1;
  }

  /** Runs one level of a recursive rule. */
  nested<T>(rule: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw tooComplex();
    try {
      return rule();
    } finally {
      this.depth -= 1;
    }
  }

  /** Tries a rule and forgets what it took when it does not apply. */
  attempt<T>(rule: () => T | undefined): T | undefined {
    const { at } = this;
    const value = rule();
    if (value === undefined) this.at = at;
    return value;
  }

  syntaxError(token = this.peek()): SqlFailure {
    const near = token.kind === 'end' ? 'end of input' : quoteForMessage(token.text);
    return parseError('PARSE_SYNTAX_ERROR', `Syntax error at or near ${near}.`, this.sql, token.start);
  }

  /** The place of something that is well written but may mean nothing, as it ends a message. */
  placeOf(token: Token): string {
    // Tokens are mostly asked about in their order, so the lines before them are counted once.
    if (token.start < this.line.next) this.line = { number: 1, next: 0 };
    while (this.line.next <= token.start) {
      const end = this.sql.indexOf('\n', this.line.next);
      if (end < 0 || end >= token.start) break;
      this.line = { number: this.line.number + 1, next: end + 1 };
    }
    return `; line ${this.line.number} pos ${token.start - this.line.next}`;
  }
}

export function tooComplex(cause?: unknown): SqlFailure {
  return new SqlFailure(
    'FAILED_TO_PARSE_TOO_COMPLEX',
    'The statement, including potential SQL functions and referenced views, was too complex to parse. To mitigate this error divide the statement into multiple, less complex chunks.',
    '54001',
    { cause },
  );
}
