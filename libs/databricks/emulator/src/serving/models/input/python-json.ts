/** A text that Python's `json.loads` refuses; `message` is Python's, the position included. */
export class JsonDecodeError extends Error {
  override readonly name = 'JSONDecodeError';
}

/** Deeper nesting is refused: a request must not exhaust the stack. */
const DEEPEST = 500;

/** Sixteen digits may be more than a double holds. */
const LONG_NUMBER = /\d{16}/;

/**
 * JSON as MLflow's server reads it: with Python's `json.loads`. Integers beyond 2^53 become a `bigint` and lose nothing, `NaN`
 * and `Infinity` are numbers, of a name that comes twice the last one counts. Throws `JsonDecodeError`.
 */
export function parsePythonJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // Read again below: it may hold NaN, and if it does not, the message is to be Python's.
    }
  }
  return new Reader(text).document();
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): unknown {
    const value = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length) throw this.refusal('Extra data', this.at);
    return value;
  }

  private value(depth: number): unknown {
    this.skipSpace();
    if (depth > DEEPEST) throw this.refusal('Too many levels', this.at);
    const start = this.text[this.at];
    if (start === '{') return this.map(depth);
    if (start === '[') return this.list(depth);
    if (start === '"') return this.string();
    for (const [word, value] of WORDS) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.number();
  }

  private map(depth: number): unknown {
    const entries: [string, unknown][] = [];
    this.at += 1;
    this.skipSpace();
    if (this.take('}')) return {};
    for (;;) {
      this.skipSpace();
      if (this.text[this.at] !== '"') {
        throw this.refusal('Expecting property name enclosed in double quotes', this.at);
      }
      const name = this.string();
      this.skipSpace();
      if (!this.take(':')) throw this.refusal("Expecting ':' delimiter", this.at);
      entries.push([name, this.value(depth + 1)]);
      this.skipSpace();
      // `fromEntries` defines: a name like `__proto__` is one as any other.
      if (this.take('}')) return Object.fromEntries(entries);
      if (!this.take(',')) throw this.refusal("Expecting ',' delimiter", this.at);
    }
  }

  private list(depth: number): unknown[] {
    const items: unknown[] = [];
    this.at += 1;
    this.skipSpace();
    if (this.take(']')) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      this.skipSpace();
      if (this.take(']')) return items;
      if (!this.take(',')) throw this.refusal("Expecting ',' delimiter", this.at);
    }
  }

  private string(): string {
    const begin = this.at;
    for (let end = begin + 1; end < this.text.length; end += 1) {
      const code = this.text.charCodeAt(end);
      if (code < 0x20) throw this.refusal('Invalid control character at', end);
      if (code === 0x5c) end += 1;
      if (code === 0x22) {
        this.at = end + 1;
        return this.unescaped(begin, this.at);
      }
    }
    throw this.refusal('Unterminated string starting at', begin);
  }

  private unescaped(begin: number, end: number): string {
    try {
      return String(JSON.parse(this.text.slice(begin, end)));
    } catch {
      // Quotes and control characters are as they should be, so it can only be an escape.
      throw this.refusal('Invalid \\escape', begin);
    }
  }

  private number(): number | bigint {
    NUMBER.lastIndex = this.at;
    const [literal, fraction] = NUMBER.exec(this.text) ?? [];
    if (literal === undefined) throw this.refusal('Expecting value', this.at);
    this.at += literal.length;
    const value = Number(literal);
    return fraction === '' && !Number.isSafeInteger(value) ? BigInt(literal) : value;
  }

  private take(mark: string): boolean {
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  private skipSpace(): void {
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.text)?.[0].length ?? 0;
  }

  private refusal(what: string, at: number): JsonDecodeError {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    return new JsonDecodeError(`${what}: line ${line} column ${column} (char ${at})`);
  }
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)((?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const WORDS: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
];
