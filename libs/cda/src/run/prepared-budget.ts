/** Files of folders that are looked at and not yet committed, over all tables: with the statistics of each some kilobytes in memory. */
const PREPARED_FILES = 8_000;

/**
 * Lets tables look ahead only as far as all of them together should. Whoever holds nothing waits for its turn; whoever does not must not wait, but
 * go on with what it holds, so that what is waited for always comes back.
 */
export class PreparedBudget {
  private free: number;
  private readonly waiting: { readonly weight: number; readonly go: () => void }[] = [];

  constructor(private readonly size = PREPARED_FILES) {
    this.free = size;
  }

  /** Takes room for a folder of so many files if there is any now. */
  tryTake(files: number): boolean {
    const weight = this.weight(files);
    if (this.waiting.length > 0 || weight > this.free) return false;
    this.free -= weight;
    return true;
  }

  /** The same, as soon as there is room. */
  async take(files: number): Promise<void> {
    if (this.tryTake(files)) return;
    await new Promise<void>((go) => this.waiting.push({ weight: this.weight(files), go }));
  }

  give(files: number): void {
    this.free += this.weight(files);
    for (let next = this.waiting[0]; next !== undefined && next.weight <= this.free; next = this.waiting[0]) {
      this.waiting.shift();
      this.free -= next.weight;
      next.go();
    }
  }

  /** A folder that is larger than everything has everything to itself. */
  private weight(files: number): number {
    return Math.min(files + 1, this.size);
  }
}
