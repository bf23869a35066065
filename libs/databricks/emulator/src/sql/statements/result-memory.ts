/** How much of all results that are kept may lie in memory, in bytes; the others lie in files. */
export class ResultMemory {
  constructor(private free: number) {}

  /** Whether there is room for so many bytes; if so, they are counted until they are given back. */
  take(bytes: number): boolean {
    if (bytes > this.free) return false;
    this.free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.free += bytes;
  }
}
