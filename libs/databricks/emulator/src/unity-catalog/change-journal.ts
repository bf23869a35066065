import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../state/error-code';
import { GatheredWrites } from '../state/gathered-writes';
import { StateCorrupt } from '../state/state-errors';

const NEWLINE = 0x0a;

/**
 * A file of JSON lines that only grows: a change costs one line, however much there is already. A line that a crash left
 * half written is cut off when the file is read again; its writer never got an answer.
 */
export class ChangeJournal<Change> {
  private unwritten: string[] = [];
  private readonly writes = new GatheredWrites(() => this.writeOut());
  private handle: FileHandle | undefined;

  private constructor(
    private readonly file: string,
    private length: number,
  ) {}

  /** Hands over what there is, in order; the file itself is made by the first change. Throws StateCorrupt for a damaged line. */
  static async open<Change>(
    file: string,
    isChange: (line: unknown) => line is Change,
    apply: (change: Change) => void,
  ): Promise<{ journal: ChangeJournal<Change>; lines: number }> {
    const bytes = await readIfThere(file);
    let lines = 0;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const line = parse(bytes.toString('utf8', start, end));
      lines += 1;
      if (!isChange(line)) throw new StateCorrupt(file, `line ${lines} is no change`);
      apply(line);
      start = end + 1;
    }
    return { journal: new ChangeJournal<Change>(file, start), lines };
  }

  /** Settles when the change is on disk. Changes that come while others are written go out together. */
  append(change: Change): Promise<void> {
    this.unwritten.push(`${JSON.stringify(change)}\n`);
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

async function readIfThere(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
