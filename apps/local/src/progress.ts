/** Short lines with the seconds since the start, on stderr: stdout is for what was asked for. */
export class Progress {
  get seconds(): number {
    // Since the process began, so that loading counts too.
    return performance.now() / 1000;
  }

  say(line: string): void {
    process.stderr.write(`${this.seconds.toFixed(1).padStart(6)} s  ${line}\n`);
  }
}
