/** Names cannot hold it. */
const BETWEEN = '\n';

/**
 * Names of one kind in one schema, as two texts and not as thousands of objects: a catalog of 100,000 tables takes some megabytes, and
 * most schemas are passed over by one look into their text.
 */
export class NameBlock {
  private text = '';
  /** The same text when there are no capitals, so that it takes no memory of its own. */
  private lower = '';
  size = 0;

  add(names: readonly string[]): void {
    if (names.length === 0) return;
    const all = [...this.names(), ...names].sort();
    this.size = all.length;
    this.text = all.join(BETWEEN);
    const lower = this.text.toLowerCase();
    this.lower = lower === this.text ? this.text : lower;
  }

  /** Whether any name may hold this text, which is in lower case. */
  mayHold(lowerText: string): boolean {
    return this.lower.includes(lowerText);
  }

  /** Sorted. */
  names(): readonly string[] {
    return this.size === 0 ? [] : this.text.split(BETWEEN);
  }
}
