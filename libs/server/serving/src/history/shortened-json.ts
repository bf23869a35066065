const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What stands at the end of a text that was cut. */
const CUT_TEXT = '…"';
const CUT_TEXT_BYTES = Buffer.byteLength(CUT_TEXT);
/** Deeper than anybody looks into a preview. */
const DEEPEST = 500;

/**
 * The beginning of a JSON text as a JSON text of its own, in at most `maxBytes` bytes of UTF-8: what was read completely stays as it was
 * written, a text that is cut ends with `…`, and what is open is closed. Reads no further than `maxBytes`. Needs JSON to give JSON; of
 * anything else it gives a beginning of the same bound, which its reader has to look at as text.
 */
export function shortenedJson(json: Buffer, maxBytes: number): string {
  const cut = new Cut(json, maxBytes);
  return json.toString('utf8', 0, cut.end) + cut.closing;
}

/** Where a JSON text may be cut off, and what has to stand there then. */
class Cut {
  /** Bytes that stay. */
  end = 0;
  /** The last whole text that ends there is left open. */
  private inText = false;
  /** Brackets that were open at the cut: those below it stay the same until there is a later cut. */
  private depth = 0;
  private readonly open: number[] = [];

  constructor(json: Buffer, maxBytes: number) {
    this.scan(json, maxBytes);
  }

  get closing(): string {
    const brackets = this.open.slice(0, this.depth).reverse();
    return (this.inText ? CUT_TEXT : '') + String.fromCharCode(...brackets);
  }

  private scan(json: Buffer, maxBytes: number): void {
    let isKey = false;
    for (let at = 0; at < json.length; at++) {
      const byte = json[at] ?? 0;
      if (at + this.open.length + CUT_TEXT_BYTES + 1 > maxBytes || this.open.length > DEEPEST) return;
      if (byte === QUOTE) {
        const end = isKey ? textEnd(json, at + 1, maxBytes) : this.text(json, at + 1, maxBytes);
        if (end === undefined) return;
        at = end;
        isKey = false;
      } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
        this.open.push(byte === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_OBJECT);
        this.cutAt(at + 1);
        isKey = byte === OPEN_OBJECT;
      } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
        // What stands before is whole, and so is the bracket.
        if (this.open.pop() === undefined) return;
        this.cutAt(at + 1);
      } else if (byte === COMMA) {
        this.cutAt(at);
        isKey = this.open.at(-1) === CLOSE_OBJECT;
      }
    }
    if (this.open.length === 0) this.cutAt(json.length);
  }

  /** A text that is a value may be cut wherever a character ends. Answers where its closing quote stands, if that is near enough. */
  private text(json: Buffer, start: number, maxBytes: number): number | undefined {
    const last = maxBytes - this.open.length - CUT_TEXT_BYTES;
    const end = textEnd(json, start, last);
    if (end !== undefined) return end;
    this.cutAt(characterEnd(json, start, Math.min(last, json.length)));
    this.inText = true;
    return undefined;
  }

  private cutAt(end: number): void {
    this.end = end;
    this.depth = this.open.length;
  }
}

/** Where the closing quote stands; undefined when it does not before `limit`. */
function textEnd(json: Buffer, start: number, limit: number): number | undefined {
  for (let at = start; at < limit && at < json.length; at++) {
    if (json[at] === BACKSLASH) at++;
    else if (json[at] === QUOTE) return at;
  }
  return undefined;
}

const ESCAPE_BYTES = 6;
const LONGEST_UTF8_BYTES = 4;

/** The last place up to `limit` where neither an escape nor a character, nor a pair of surrogates as two escapes, is cut in two. */
function characterEnd(json: Buffer, start: number, limit: number): number {
  let end = start;
  for (let at = start; at < limit;) {
    const next = at + (json[at] === BACKSLASH ? escapeBytes(json, at) : utf8Bytes(json[at] ?? 0));
    if (next > limit) break;
    at = next;
    end = next;
  }
  return end;
}

function escapeBytes(json: Buffer, at: number): number {
  const isUnicode = json[at + 1] === 0x75;
  if (!isUnicode) return 2;
  const isHigh = /^\\ud[89ab]/i.test(json.toString('latin1', at, at + ESCAPE_BYTES));
  const hasLow = isHigh && /^\\ud[c-f]/i.test(json.toString('latin1', at + ESCAPE_BYTES, at + 2 * ESCAPE_BYTES));
  return hasLow ? 2 * ESCAPE_BYTES : ESCAPE_BYTES;
}

function utf8Bytes(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : LONGEST_UTF8_BYTES;
}
