import { closeSync, openSync, writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';

/** So much is held before it is written: a write for every small piece of a body would take most of the time. */
const HELD_BYTES = 512 * 1024;
/** What is not larger is written at once: by way of the thread pool that would take many times as long. */
const SMALL_BYTES = 64 * 1024;

const writeElsewhere = promisify(writev);

/** A new file that pieces are added to. */
export class FileSink {
  private held: Buffer[] = [];
  private heldBytes = 0;

  private constructor(private readonly descriptor: number) {}

  /** Fails when there is such a file. */
  static create(path: string): FileSink {
    return new FileSink(openSync(path, 'wx', 0o600));
  }

  async add(piece: Buffer): Promise<void> {
    this.held.push(piece);
    this.heldBytes += piece.length;
    if (this.heldBytes >= HELD_BYTES) await this.flush();
  }

  /** Writes what is held; until then the file may be short of it. */
  async flush(): Promise<void> {
    let { held: left, heldBytes: bytes } = this;
    this.held = [];
    this.heldBytes = 0;
    while (bytes > 0) {
      const written =
        bytes <= SMALL_BYTES
          ? writevSync(this.descriptor, left)
          : (await writeElsewhere(this.descriptor, left)).bytesWritten;
      bytes -= written;
      // The rest of a write that was cut short, or the reason why.
      if (bytes > 0) left = [Buffer.concat(left).subarray(written)];
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
