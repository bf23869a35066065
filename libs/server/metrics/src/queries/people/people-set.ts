const BITS = 32;

/** A set of people by their numbers, a bit for each: what hundreds of buckets have in common is found without looking at each person. */
export class PeopleSet {
  private words = new Uint32Array(0);

  get bytes(): number {
    return this.words.byteLength;
  }

  get size(): number {
    let size = 0;
    for (const word of this.words) size += ones(word);
    return size;
  }

  add(person: number): void {
    const index = Math.floor(person / BITS);
    if (index >= this.words.length) this.grow(index + 1);
    this.words[index] = (this.words[index] ?? 0) | (1 << (person % BITS));
  }

  addAll({ words }: PeopleSet): void {
    if (words.length > this.words.length) this.grow(words.length);
    for (let index = 0; index < words.length; index++) {
      this.words[index] = (this.words[index] ?? 0) | (words[index] ?? 0);
    }
  }

  private grow(length: number): void {
    const words = new Uint32Array(length);
    words.set(this.words);
    this.words = words;
  }
}

/** How many bits of 32 are set. */
function ones(word: number): number {
  let rest = word - ((word >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
