import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../state/error-code';
import { GatheredWrites } from '../state/gathered-writes';
import { StateCorrupt } from '../state/state-errors';

const NEWLINE = 0x0a;
/** How much of a journal is in memory while it is read. */
const READ_BYTES = 4 * 1024 ** 2;

/**
 * A file of lines that only grows: a change costs one line, however much there is already. A line that a crash left
 * half written is cut off when the file is read again; its writer never got an answer.
 */
export class ChangeJournal {
  private unwritten: string[] = [];
  private readonly writes = new GatheredWrites(() => this.writeOut());
  private handle: FileHandle | undefined;

  private constructor(
    private readonly file: string,
    private length: number,
  ) {}

  /**
   * Hands over the lines there are, in order and with the byte each begins at; the file itself is made by the first change.
   * Throws StateCorrupt when `read` does not know a line. The bytes of a line are to be read at once: they are used again.
   */
  static async open(
    file: string,
    read: (line: Buffer, offset: number) => boolean,
  ): Promise<{ journal: ChangeJournal; lines: number }> {
    let lines = 0;
    let length = 0;
    await forEachLine(file, (line, offset) => {
      lines += 1;
      if (!read(line, offset)) throw new StateCorrupt(file, `line ${lines} is no change`);
      length = offset + line.length + 1;
    });
    return { journal: new ChangeJournal(file, length), lines };
  }

  /** Settles when the line is on disk. Lines that come while others are written go out together. */
  append(line: string): Promise<void> {
    this.unwritten.push(`${line}\n`);
    return this.writes.request();
  }

  /** Waits for writes under way and lets go of the file. */
  async close(): Promise<void> {
    await this.writes.settle();
    await this.handle?.close();
    this.handle = undefined;
  }

  private async writeOut(): Promise<void> {
    const lines = this.unwritten;
    this.unwritten = [];
    try {
      const bytes = Buffer.from(lines.join(''), 'utf8');
      this.handle ??= await this.openFile();
      for (let written = 0; written < bytes.length;) {
        const rest = await this.handle.write(bytes, written, bytes.length - written, this.length + written);
        written += rest.bytesWritten;
      }
      await this.handle.datasync();
      this.length += bytes.length;
    } catch (error) {
      // Memory holds these changes already, so they go out with the next ones, over what was written of them.
      this.unwritten = [...lines, ...this.unwritten];
      throw error;
    }
  }

  private async openFile(): Promise<FileHandle> {
    await mkdir(dirname(this.file), { recursive: true });
    const handle = await open(this.file, this.length === 0 ? 'w' : 'r+', 0o600);
    await handle.truncate(this.length);
    return handle;
  }
}

/** Whole lines only, a few megabytes at a time, however large the file and its longest line are. */
async function forEachLine(file: string, visit: (line: Buffer, offset: number) => void): Promise<void> {
  const handle = await openIfThere(file);
  if (handle === undefined) return;
  try {
    let bytes = Buffer.allocUnsafe(READ_BYTES);
    let filled = 0;
    for (let offset = 0; ;) {
      if (filled === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)]);
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) return;
      filled += bytesRead;
      let start = 0;
      const end = (): number => bytes.subarray(0, filled).indexOf(NEWLINE, start);
      for (let stop = end(); stop >= 0; stop = end()) {
        visit(bytes.subarray(start, stop), offset + start);
        start = stop + 1;
      }
      bytes.copyWithin(0, start, filled);
      offset += start;
      filled -= start;
    }
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
