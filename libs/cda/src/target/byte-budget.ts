const BUDGET_BYTES = 64 * 2 ** 20;
/** More of one file is never in memory at once: it is moved in pieces. */
const MOST_OF_A_FILE = 32 * 2 ** 20;

/** Lets no more bytes be on their way through this process than it should hold, however many copies are asked for. */
export class ByteBudget {
  private free = BUDGET_BYTES;
  private readonly waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  async run<T>(fileBytes: number, work: () => Promise<T>): Promise<T> {
    const bytes = Math.min(fileBytes, MOST_OF_A_FILE);
    if (this.waiting.length === 0 && bytes <= this.free) this.free -= bytes;
    else await new Promise<void>((go) => this.waiting.push({ bytes, go }));
    try {
      return await work();
    } finally {
      this.free += bytes;
      this.admit();
    }
  }

  private admit(): void {
    for (let next = this.waiting[0]; next !== undefined && next.bytes <= this.free; next = this.waiting[0]) {
      this.waiting.shift();
      this.free -= next.bytes;
      next.go();
    }
  }
}
