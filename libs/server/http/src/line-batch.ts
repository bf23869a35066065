import { destination as toStream } from 'pino';

/** Nobody who reads along notices the wait; a busy server puts hundreds of lines into one write. */
const LONGEST_WAIT_MS = 20;
const LARGEST_BATCH = 64 * 1024;

/**
 * Standard output, many lines in one write: a write of its own for each line takes longer than the request that the line is about. At the
 * end nothing is left behind.
 */
export class LineBatch {
  private readonly stream = toStream({ dest: 1, sync: false });
  private lines = '';
  private readonly flush = (): void => {
    const { lines } = this;
    if (lines === '') return;
    this.lines = '';
    this.stream.write(lines);
  };

  constructor() {
    process.once('exit', () => {
      this.flush();
      this.stream.flushSync();
    });
  }

  write(line: string): void {
    // The timer is not unref'd: a process that ends by itself still writes what it said last.
    if (this.lines === '') setTimeout(this.flush, LONGEST_WAIT_MS);
    this.lines += line;
    if (this.lines.length > LARGEST_BATCH) this.flush();
  }
}
