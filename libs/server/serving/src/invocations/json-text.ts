/** Where a value stands in a text: its first byte, and the one after its last. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A JSON object that nobody has made values of: what its members are called, and where their values stand. */
export interface JsonObjectText {
  /** Of a name that comes twice, the last one. */
  readonly members: ReadonlyMap<string, Place>;
  /** Where `NaN`, `Infinity` and `-Infinity` begin, anywhere in it: they are no JSON but what Python writes and reads. There may be millions. */
  readonly notFinite: readonly number[];
}

/** Nobody's data is nested deeper. */
const DEEPEST = 100;

/** The text is no JSON object, or one that nobody can have meant. */
export class NotJson extends Error {
  constructor(
    message: string,
    /** In bytes. */
    readonly position: number,
  ) {
    super(`${message} at byte ${position}`);
    this.name = 'NotJson';
  }
}

/**
 * Reads a JSON object (RFC 8259) without making values of it: an int64 of a table has no JavaScript number, and a batch of images would be
 * taken apart only to be put together again. The whole text is checked all the same, so that a member can be handed on as it stands.
 */
export function readObject(text: Buffer): JsonObjectText {
  return new JsonReader(text).read();
}

const [TAB, LINE_FEED, RETURN, SPACE] = [9, 10, 13, 32];
const [QUOTE, PLUS, COMMA, MINUS, POINT, ZERO, NINE, COLON] = [34, 43, 44, 45, 46, 48, 57, 58];
const [BRACKET, BACKSLASH, END_BRACKET, BRACE, END_BRACE] = [91, 92, 93, 123, 125];
const [UPPER_E, UPPER_I, UPPER_N, LOWER_E, LOWER_F, LOWER_N, LOWER_T, LOWER_U] = [69, 73, 78, 101, 102, 110, 116, 117];
const ESCAPED = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));

class JsonReader {
  private at = 0;
  private depth = 0;
  private readonly notFinite: number[] = [];

  constructor(private readonly text: Buffer) {}

  read(): JsonObjectText {
    const members = new Map<string, Place>();
    if (this.skip() !== BRACE) throw this.unexpected('An object is expected');
    this.object(members);
    if (this.skip() !== undefined) throw this.unexpected('Something follows the object');
    return { members, notFinite: this.notFinite };
  }

  private value(): void {
    const first = this.skip();
    if (first === QUOTE) this.string();
    else if (first === BRACE) this.object(undefined);
    else if (first === BRACKET) this.list();
    else if (first === LOWER_T) this.word('true');
    else if (first === LOWER_F) this.word('false');
    else if (first === LOWER_N) this.word('null');
    else this.number(first);
  }

  private object(members: Map<string, Place> | undefined): void {
    this.enter();
    if (this.skip() === END_BRACE) return this.leave();
    for (;;) {
      if (this.skip() !== QUOTE) throw this.unexpected('A name is expected');
      const nameAt = this.at;
      this.string();
      const nameEnd = this.at;
      if (this.skip() !== COLON) throw this.unexpected('A colon is expected');
      this.at++;
      this.skip();
      const start = this.at;
      this.value();
      if (members !== undefined) members.set(this.name(nameAt, nameEnd), { start, end: this.at });
      const next = this.skip();
      if (next === END_BRACE) return this.leave();
      if (next !== COMMA) throw this.unexpected('A comma or the end of the object is expected');
      this.at++;
    }
  }

  private list(): void {
    this.enter();
    if (this.skip() === END_BRACKET) return this.leave();
    for (;;) {
      this.value();
      const next = this.skip();
      if (next === END_BRACKET) return this.leave();
      if (next !== COMMA) throw this.unexpected('A comma or the end of the list is expected');
      this.at++;
    }
  }

  private enter(): void {
    if (++this.depth > DEEPEST) throw this.unexpected(`More than ${DEEPEST} levels are nested`);
    this.at++;
  }

  private leave(): void {
    this.depth--;
    this.at++;
  }

  private string(): void {
    const { text } = this;
    let at = this.at + 1;
    for (;;) {
      const byte = text[at];
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) at = this.escape(at);
      else if (byte === undefined || byte < SPACE) {
        this.at = at;
        throw this.unexpected('A text is not ended');
      } else at++;
    }
    this.at = at + 1;
  }

  /** Answers the place behind it. */
  private escape(at: number): number {
    const which = this.text[at + 1];
    if (which !== undefined && ESCAPED.has(which)) return at + 2;
    const digits = this.text.toString('latin1', at + 2, at + 6);
    if (which === LOWER_U && /^[0-9a-f]{4}$/i.test(digits)) return at + 6;
    this.at = at;
    throw this.unexpected('There is no such escape');
  }

  private number(first: number | undefined): void {
    const start = this.at;
    if (first === MINUS) this.at++;
    const digit = this.text[this.at];
    if (digit === UPPER_N && first !== MINUS) return this.wordOfPython('NaN', start);
    if (digit === UPPER_I) return this.wordOfPython('Infinity', start);
    if (digit === ZERO) this.at++;
    else this.digits();
    if (this.text[this.at] === POINT) {
      this.at++;
      this.digits();
    }
    const exponent = this.text[this.at];
    if (exponent !== LOWER_E && exponent !== UPPER_E) return;
    const sign = this.text[++this.at];
    if (sign === PLUS || sign === MINUS) this.at++;
    this.digits();
  }

  /** One or more. */
  private digits(): void {
    const { text } = this;
    let at = this.at;
    for (let byte = text[at]; byte !== undefined && byte >= ZERO && byte <= NINE; byte = text[++at]);
    if (at === this.at) throw this.unexpected('A value is expected');
    this.at = at;
  }

  private word(word: string): void {
    for (let index = 0; index < word.length; index++, this.at++) {
      if (this.text[this.at] !== word.charCodeAt(index)) throw this.unexpected('A value is expected');
    }
  }

  private wordOfPython(word: string, start: number): void {
    this.word(word);
    this.notFinite.push(start);
  }

  /** The next byte that is no space. */
  private skip(): number | undefined {
    for (;;) {
      const byte = this.text[this.at];
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) return byte;
      this.at++;
    }
  }

  private name(start: number, end: number): string {
    const name = this.text.toString('utf8', start, end);
    return name.includes('\\') ? (JSON.parse(name) as string) : name.slice(1, -1);
  }

  private unexpected(message: string): NotJson {
    return new NotJson(message, this.at);
  }
}

/** The text with something else for each `NaN`, `Infinity` and `-Infinity` that begins at one of these places, which are in order. */
export function replaced(text: Buffer, starts: readonly number[], by: (former: string) => string): Buffer {
  const replacement = (word: string): { readonly length: number; readonly by: Buffer } => ({
    length: word.length,
    by: Buffer.from(by(word)),
  });
  const [nan, infinity, minus] = [replacement('NaN'), replacement('Infinity'), replacement('-Infinity')];
  const at = (start: number): typeof nan =>
    text[start] === UPPER_N ? nan : text[start] === UPPER_I ? infinity : minus;
  let size = text.length;
  for (const start of starts) size += at(start).by.length - at(start).length;
  // In one piece: a part for each of them would take a hundred times its bytes.
  const result = Buffer.allocUnsafe(size);
  let [from, to] = [0, 0];
  for (const start of starts) {
    const word = at(start);
    to += text.copy(result, to, from, start);
    to += word.by.copy(result, to);
    from = start + word.length;
  }
  text.copy(result, to, from);
  return result;
}
