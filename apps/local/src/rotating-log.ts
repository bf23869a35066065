import { appendFileSync, renameSync, statSync } from 'node:fs';

/** A log file that keeps its last two lengths: enough to look back, never enough to fill a disk. */
export class RotatingLog {
  private size: number;

  constructor(
    readonly file: string,
    private readonly limitBytes = 5_000_000,
  ) {
    this.size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(text: string): void {
    if (this.size > this.limitBytes) {
      renameSync(this.file, `${this.file}.1`);
      this.size = 0;
    }
    appendFileSync(this.file, text, { mode: 0o600 });
    this.size += Buffer.byteLength(text);
  }
}
