import { storableName } from './storable-name';

/** Of a sample that has no such name. */
export const NO_NAME = 0;

/** Texts that come again and again, each kept once and known by a number. */
export class InternedNames {
  private readonly ids = new Map<string, number>();
  private readonly encoded: (Uint8Array | undefined)[] = [undefined];

  /** @param most so many at most; what comes after them is `whenFull`, or no name. */
  constructor(
    private readonly most: number,
    private readonly longest: number,
    whenFull?: string,
  ) {
    this.full = whenFull === undefined ? NO_NAME : this.keep(whenFull);
  }

  private readonly full: number;

  get size(): number {
    return this.encoded.length - 1;
  }

  idOf(name: string): number {
    return this.ids.get(name) ?? (this.size < this.most ? this.keep(name) : this.full);
  }

  /** As it is stored, in UTF-8; undefined for no name. */
  bytesOf(id: number): Uint8Array | undefined {
    return this.encoded[id];
  }

  private keep(name: string): number {
    const id = this.encoded.push(Buffer.from(storableName(name, this.longest))) - 1;
    this.ids.set(name, id);
    return id;
  }
}
