const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;

/** A piece, with the beginning of its text alone when `isCut`. */
export interface Piece {
  text: string;
  sizeBytes: number;
  isCut: boolean;
}

/**
 * Cuts a commit into its actions as its bytes arrive: where braces balance, because some writers print an action over several lines. What
 * stands outside of braces is a piece of its own up to the end of its line, so that nothing of a damaged commit is hidden.
 */
export class ActionCutter {
  private readonly kept: Buffer;
  private keptBytes = 0;
  private sizeBytes = 0;
  private depth = 0;
  private isInText = false;
  private isEscaped = false;
  private count = 0;

  /** `take` is told of each piece, counted from 0, and asks for its text only where it wants it. */
  constructor(
    maximumBytes: number,
    private readonly take: (index: number, piece: () => Piece) => void,
  ) {
    this.kept = Buffer.allocUnsafe(maximumBytes);
  }

  write(chunk: Uint8Array): void {
    let start = this.sizeBytes > 0 ? 0 : -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (start < 0) {
        if (isSpace(byte)) continue;
        start = at;
      }
      if (this.depth === 0 && byte !== OPEN) {
        if (byte !== NEWLINE) continue;
        this.keep(chunk, start, at);
        this.finish();
        start = -1;
        continue;
      }
      if (!this.closes(byte)) continue;
      this.keep(chunk, start, at + 1);
      this.finish();
      start = -1;
    }
    if (start >= 0) this.keep(chunk, start, chunk.length);
  }

  /** How many pieces there were. */
  end(): number {
    if (this.sizeBytes > 0) this.finish();
    return this.count;
  }

  /** Whether the byte ends an action. */
  private closes(byte: number): boolean {
    if (this.isInText) {
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) this.isInText = false;
      return false;
    }
    if (byte === QUOTE) this.isInText = true;
    else if (byte === OPEN) this.depth += 1;
    else if (byte === CLOSE) {
      this.depth -= 1;
      return this.depth === 0;
    }
    return false;
  }

  private keep(chunk: Uint8Array, start: number, end: number): void {
    const free = this.kept.length - this.keptBytes;
    const taken = Math.min(free, end - start);
    if (taken > 0) this.kept.set(chunk.subarray(start, start + taken), this.keptBytes);
    this.keptBytes += taken;
    this.sizeBytes += end - start;
  }

  private finish(): void {
    const { keptBytes, sizeBytes } = this;
    this.take(this.count, () => {
      const isCut = keptBytes < sizeBytes;
      // What is kept may end in the middle of a character.
      const text = new TextDecoder().decode(this.kept.subarray(0, keptBytes), { stream: isCut });
      return { text, sizeBytes, isCut };
    });
    this.count += 1;
    this.keptBytes = 0;
    this.sizeBytes = 0;
    this.depth = 0;
    this.isInText = false;
    this.isEscaped = false;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
