import { destination as toStream } from 'pino';

/** Nobody who reads along notices the wait; a busy server puts hundreds of lines into one write. */
const LONGEST_WAIT_MS = 20;
const CHUNK_BYTES = 64 * 1024;
/** Of one UTF-16 code unit. */
const MOST_UTF8_BYTES = 3;

export interface ByteSink {
  write(bytes: Buffer): unknown;
  flushSync(): void;
}

/**
 * Lines on their way to standard output, many in one write: a write of its own for each line takes longer than the request that the line
 * is about. They are kept as bytes, because text put together from thousands of pieces is slow to take apart again. At the end of the
 * process nothing is left behind.
 */
export class LineBatch {
  private chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** What lies before it has been handed over and is never written to again. */
  private start = 0;
  private end = 0;
  private isScheduled = false;

  constructor(private readonly sink: ByteSink = standardOutput()) {
    process.once('exit', () => {
      this.flush();
      this.sink.flushSync();
    });
  }

  write(line: string): void {
    const most = line.length * MOST_UTF8_BYTES;
    if (this.end + most > CHUNK_BYTES) this.turnOver();
    if (most > CHUNK_BYTES) this.sink.write(Buffer.from(line));
    else this.end += this.chunk.write(line, this.end);
    if (this.isScheduled) return;
    this.isScheduled = true;
    // The timer is not unref'd: a process that ends by itself still writes what it said last.
    setTimeout(() => this.flushLater(), LONGEST_WAIT_MS);
  }

  private flushLater(): void {
    this.isScheduled = false;
    this.flush();
  }

  private flush(): void {
    if (this.end > this.start) this.sink.write(this.chunk.subarray(this.start, this.end));
    this.start = this.end;
  }

  private turnOver(): void {
    this.flush();
    this.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.start = 0;
    this.end = 0;
  }
}

function standardOutput(): ByteSink {
  return toStream({ dest: 1, sync: false, contentMode: 'buffer' }) as unknown as ByteSink;
}
