/** Bytes in the making, in memory that grows as they need it and is then used again. */
export class ByteWriter {
  private memory: Buffer;
  private end = 0;

  constructor(capacity = 4_096) {
    this.memory = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.end;
  }

  /** Where to write the next `length` bytes: into `bytes`, from the place that is answered. They are part of what is written from now on. */
  claim(length: number): number {
    const at = this.end;
    this.end += length;
    if (this.end > this.memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.end, 2 * this.memory.length));
      this.memory.copy(larger, 0, 0, at);
      this.memory = larger;
    }
    return at;
  }

  /** The memory itself; another one after the next claim. */
  get bytes(): Buffer {
    return this.memory;
  }

  byte(value: number): void {
    const at = this.claim(1);
    this.memory[at] = value;
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    const at = this.claim(length);
    this.memory.write(text, at);
  }

  copy(from: Buffer, start: number, end: number): void {
    const at = this.claim(end - start);
    const to = this.memory;
    // Most cells are short, and a call into the engine costs more than they do.
    if (end - start < 48) for (let read = start, write = at; read < end;) to[write++] = from[read++] ?? 0;
    else from.copy(to, at, start, end);
  }

  /** What is written, until something else is. */
  written(): Buffer {
    return this.memory.subarray(0, this.end);
  }

  /** Forgets what is written. */
  clear(): void {
    this.end = 0;
  }

  /** What is written, in memory of its own, and forgets it. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.end);
    this.memory.copy(taken, 0, 0, this.end);
    this.end = 0;
    return taken;
  }
}
