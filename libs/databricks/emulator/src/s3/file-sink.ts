import { open, type FileHandle } from 'node:fs/promises';

/** So much is held before it is written: a write for every small piece of a body would take most of the time. */
const HELD_BYTES = 512 * 1024;

/** A new file that pieces are added to. */
export class FileSink {
  private held: Buffer[] = [];
  private heldBytes = 0;

  private constructor(private readonly file: FileHandle) {}

  /** Fails when there is such a file. */
  static async create(path: string): Promise<FileSink> {
    return new FileSink(await open(path, 'wx', 0o600));
  }

  async add(piece: Buffer): Promise<void> {
    this.held.push(piece);
    this.heldBytes += piece.length;
    if (this.heldBytes >= HELD_BYTES) await this.flush();
  }

  /** Writes what is held; until then the file may be short of it. */
  async flush(): Promise<void> {
    const { held, heldBytes } = this;
    this.held = [];
    this.heldBytes = 0;
    if (heldBytes === 0) return;
    const { bytesWritten } = await this.file.writev(held);
    // The rest of a write that was cut short, or the reason why.
    if (bytesWritten < heldBytes) await this.file.writeFile(Buffer.concat(held).subarray(bytesWritten));
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
