import { closeSync, openSync, readSync } from 'node:fs';
import { StateCorrupt } from '../state/state-errors';

/** The file that texts lie in. It is opened by the first who looks, and again by whoever looks after `close`. */
export class TextFile {
  private descriptor: number | undefined;

  constructor(private readonly file: string) {}

  /** `length` bytes that are a JSON string, without its quotes. Throws StateCorrupt when they are none. */
  read(offset: number, length: number): string {
    const bytes = Buffer.allocUnsafe(length);
    this.descriptor ??= openSync(this.file, 'r');
    const read = readSync(this.descriptor, bytes, 0, length, offset);
    try {
      if (read < length) throw new RangeError(`only ${read} of ${length} bytes are there`);
      return JSON.parse(`"${bytes.toString('utf8')}"`) as string;
    } catch (error) {
      throw new StateCorrupt(this.file, `no text at byte ${offset}`, error);
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

/**
 * A text that stays where it was read, in the journal: a lake has a hundred thousand tables with kilobytes of columns each,
 * and few of them are looked at.
 */
export class StoredText {
  constructor(
    private readonly file: TextFile,
    private readonly offset: number,
    private readonly length: number,
  ) {}

  toString(): string {
    return this.file.read(this.offset, this.length);
  }

  toJSON(): string {
    return this.toString();
  }
}
