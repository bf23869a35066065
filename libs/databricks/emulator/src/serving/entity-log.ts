/** The newest lines of a log; the platform keeps no more of a container's output either. */
const MOST_LINES = 1000;

/** What a served entity writes while it is built or serves. It never holds inputs: they may be secret. */
export class EntityLog {
  private lines: string[] = [];

  constructor(private readonly name: string) {}

  add(line: string): void {
    const time = new Date().toISOString().replace('T', ' ').slice(0, 19);
    this.lines.push(`[${time} +0000] [${this.name}] ${line}`);
    // Cut in the half, so that not every line moves a thousand.
    if (this.lines.length > 2 * MOST_LINES) this.lines = this.lines.slice(-MOST_LINES);
  }

  text(): string {
    return this.lines
      .slice(-MOST_LINES)
      .map((line) => `${line}\n`)
      .join('');
  }
}
