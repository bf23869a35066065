/**
 * JSON read with the place of every value in its text. Numbers stay in the characters in which they stand there, because
 * a JavaScript number would change 64-bit integers; and what a form does not know of stays in the text untouched.
 */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  /** `NaN`, `Infinity` and `-Infinity` too, as Python writes and reads them: models are asked with them. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
);

export interface JsonMember {
  readonly key: string;
  /** Where the quoted key begins; it ends before the colon. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

/** Names and indices from the root to a value: a JSON pointer (RFC 6901) in its parts. */
export type JsonPath = readonly string[];

/** Why a text is no JSON, and where: an offset into the text. */
export class JsonSyntaxError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

export type JsonReading =
  | { readonly root: JsonNode; readonly error?: undefined }
  | { readonly root?: undefined; readonly error: JsonSyntaxError };

/** Deeper than the server lets a request of a model be. */
const DEEPEST = 100;
/** What a model answers may be deeper, and stands in an answer of the server; still far from where the browser's stack ends. */
export const DEEPEST_ANSWER = 1000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /-?[A-Za-z_][\w.-]*/y;
const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);
const SPACE = /[ \t\n\r]*/y;

export function readJson(text: string, deepest = DEEPEST): JsonReading {
  try {
    return { root: new JsonReader(text, deepest).document() };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { error };
    throw error;
  }
}

/** The value at a path; of equal names the last counts, as for every reader of JSON. */
export function nodeAt(root: JsonNode | undefined, path: JsonPath): JsonNode | undefined {
  let node = root;
  for (const part of path) {
    if (node?.kind === 'object') node = memberOf(node, part)?.value;
    else if (node?.kind === 'array') node = /^(?:0|[1-9]\d*)$/.test(part) ? node.items[Number(part)] : undefined;
    else return undefined;
  }
  return node;
}

export function memberOf(node: JsonNode & { kind: 'object' }, key: string): JsonMember | undefined {
  return node.members.findLast((member) => member.key === key);
}

/** `/data/0/a~1b` as its parts; undefined when the text is no pointer. */
export function pathOf(pointer: string): JsonPath | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function pointerOf(path: JsonPath): string {
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Where to point at for a path: its value, or, when there is none, the closest thing around where it would be: of an
 * object its opening brace.
 */
export function rangeOf(root: JsonNode, path: JsonPath): { readonly from: number; readonly to: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node === undefined) continue;
    return length === path.length ? { from: node.start, to: node.end } : { from: node.start, to: node.start + 1 };
  }
  return { from: root.start, to: root.end };
}

/** Line and column of an offset, both from 1, as editors count them. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

class JsonReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly deepest: number,
  ) {}

  document(): JsonNode {
    this.skipSpace();
    if (this.at >= this.text.length) throw this.fail($localize`There is nothing here: a request is one JSON value`);
    const root = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length) throw this.fail($localize`Something follows the end of the JSON value`);
    return root;
  }

  private value(depth: number): JsonNode {
    if (depth > this.deepest) throw this.fail($localize`This is nested more than ${this.deepest}:depth: levels deep`);
    const start = this.at;
    switch (this.text[this.at]) {
      case '{':
        return this.object(start, depth);
      case '[':
        return this.array(start, depth);
      case '"':
        return { kind: 'string', value: this.string(), start, end: this.at };
    }
    const word = this.match(WORD);
    if (word !== undefined) return this.word(word, start);
    const number = this.match(NUMBER);
    if (number === undefined) throw this.fail($localize`A value is missing here`);
    if (/[\w.+-]/.test(this.text[this.at] ?? ''))
      throw this.fail($localize`This is no number as JSON writes it`, start);
    return { kind: 'number', text: number, start, end: this.at };
  }

  private word(word: string, start: number): JsonNode {
    const end = this.at;
    if (word === 'null') return { kind: 'null', start, end };
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true', start, end };
    if (NOT_FINITE.has(word)) return { kind: 'number', text: word, start, end };
    throw this.fail($localize`“${word}:word:” is no JSON value: text stands in double quotes`, start);
  }

  private object(start: number, depth: number): JsonNode {
    const members: JsonMember[] = [];
    this.at += 1;
    this.skipSpace();
    while (this.text[this.at] !== '}') {
      if (members.length > 0) this.comma('}');
      const keyStart = this.at;
      if (this.text[this.at] !== '"') throw this.fail($localize`A name in double quotes is missing here`);
      const key = this.string();
      const keyEnd = this.at;
      this.skipSpace();
      if (this.text[this.at] !== ':') throw this.fail($localize`A colon is missing after the name`);
      this.at += 1;
      this.skipSpace();
      members.push({ key, keyStart, keyEnd, value: this.value(depth + 1) });
      this.skipSpace();
    }
    this.at += 1;
    return { kind: 'object', members, start, end: this.at };
  }

  private array(start: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.at += 1;
    this.skipSpace();
    while (this.text[this.at] !== ']') {
      if (items.length > 0) this.comma(']');
      items.push(this.value(depth + 1));
      this.skipSpace();
    }
    this.at += 1;
    return { kind: 'array', items, start, end: this.at };
  }

  private comma(close: string): void {
    if (this.text[this.at] !== ',') throw this.fail($localize`A comma or ${close}:bracket: is missing here`);
    const at = this.at;
    this.at += 1;
    this.skipSpace();
    if (this.text[this.at] === close) throw this.fail($localize`After this comma something is missing`, at);
  }

  private string(): string {
    const start = this.at;
    for (let at = start + 1; at < this.text.length; at += 1) {
      const character = this.text[at] ?? '';
      if (character === '\\') at += 1;
      else if (character === '"') {
        this.at = at + 1;
        return this.unescaped(start);
      } else if (character < ' ') throw this.fail($localize`A text ends on the line on which it begins`, at);
    }
    throw this.fail($localize`This text has no closing quote`, start);
  }

  private unescaped(start: number): string {
    try {
      return JSON.parse(this.text.slice(start, this.at)) as string;
    } catch (error) {
      // The only thing that can be wrong inside the quotes is an escape.
      if (error instanceof SyntaxError)
        throw this.fail($localize`This text has an escape that JSON does not know`, start);
      throw error;
    }
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private skipSpace(): void {
    this.match(SPACE);
  }

  private fail(message: string, at = this.at): JsonSyntaxError {
    return new JsonSyntaxError(message, Math.min(at, this.text.length));
  }
}
