/** What a process wrote, of which the last bytes are kept. */
export class BoundedOutput {
  private chunks: Buffer[] = [];
  private size = 0;
  private dropped = false;

  constructor(private readonly limit: number) {}

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    // Half as much again before it is cut, so that a chatty process does not make a copy with every line.
    if (this.size > this.limit * 1.5) this.cut();
  }

  /** Whether something is missing at the beginning. */
  get isTruncated(): boolean {
    return this.dropped || this.size > this.limit;
  }

  bytes(): Buffer {
    if (this.size > this.limit) this.cut();
    return Buffer.concat(this.chunks);
  }

  private cut(): void {
    const whole = Buffer.concat(this.chunks);
    let start = whole.length - this.limit;
    // Not in the middle of a character.
    while (start < whole.length && ((whole[start] ?? 0) & 0xc0) === 0x80) start += 1;
    const kept = Buffer.from(whole.subarray(start));
    this.chunks = [kept];
    this.size = kept.length;
    this.dropped = true;
  }
}
