/** Length that stands for a UUID, which takes 16 bytes. */
const UUID = 255;
const UUID_BYTES = 16;
const UUID_CHARACTERS = 36;
const LONGEST = 64;
const DASH = 0x2d;
const NO_DIGIT = 0xff;

/** Of lower-case hexadecimal digits by their character; anything else would not come back as it was. */
const NIBBLES = new Uint8Array(256).fill(NO_DIGIT);
const DIGITS = '0123456789abcdef';
for (let value = 0; value < 16; value++) NIBBLES[DIGITS.charCodeAt(value)] = value;
/** Where the first digit of each byte of a UUID stands. */
const PLACES = Uint8Array.from([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]);

/**
 * Correlation ids of the samples in a ring, in the ring's order: UUIDs in 16 bytes, others as they are. There is room for a UUID per
 * sample; where longer ones have taken it, an id is not kept, and its sample goes without one.
 */
export class CorrelationArena {
  private readonly bytes: Uint8Array;
  private readonly lengths: Uint8Array;
  private readonly mask: number;
  /** Where the next id begins, and the oldest one. */
  private next = 0;
  private first = 0;
  private used = 0;

  /** @param samples a power of two. */
  constructor(samples: number) {
    this.bytes = new Uint8Array(samples * UUID_BYTES);
    this.lengths = new Uint8Array(samples);
    this.mask = this.bytes.length - 1;
  }

  /** Keeps the id of the sample in a slot, which must be the ring's next. */
  push(slot: number, id: string): void {
    const { length } = id;
    if (length === UUID_CHARACTERS && this.used + UUID_BYTES <= this.bytes.length && this.putUuid(id)) {
      this.lengths[slot] = UUID;
      this.advance(UUID_BYTES);
    } else if (length <= LONGEST && this.used + length <= this.bytes.length && this.putText(id)) {
      this.lengths[slot] = length;
      this.advance(length);
    } else this.lengths[slot] = 0;
  }

  /** The id of the sample in a slot, which must be the ring's oldest; undefined when it was not kept. It is gone from here then. */
  shift(slot: number): Uint8Array | undefined {
    const length = this.lengths[slot] ?? 0;
    if (length === 0) return undefined;
    const size = length === UUID ? UUID_BYTES : length;
    const id = length === UUID ? this.uuid() : this.text(length);
    this.first = (this.first + size) & this.mask;
    this.used -= size;
    return id;
  }

  /** As `shift`, for whom the id does not matter. */
  skip(slot: number): void {
    const length = this.lengths[slot] ?? 0;
    const size = length === UUID ? UUID_BYTES : length;
    this.first = (this.first + size) & this.mask;
    this.used -= size;
  }

  private advance(size: number): void {
    this.next = (this.next + size) & this.mask;
    this.used += size;
  }

  private putUuid(id: string): boolean {
    if (id.charCodeAt(8) !== DASH || id.charCodeAt(13) !== DASH) return false;
    if (id.charCodeAt(18) !== DASH || id.charCodeAt(23) !== DASH) return false;
    const { bytes, mask, next } = this;
    let wrong = 0;
    let place = 0;
    for (let byte = 0; byte < UUID_BYTES; byte++) {
      if (byte === 4 || byte === 6 || byte === 8 || byte === 10) place++;
      const high = NIBBLES[id.charCodeAt(place)] ?? NO_DIGIT;
      const low = NIBBLES[id.charCodeAt(place + 1)] ?? NO_DIGIT;
      place += 2;
      wrong |= high | low;
      bytes[(next + byte) & mask] = (high << 4) | low;
    }
    return wrong < 16;
  }

  /** Visible ASCII only, which is what ids are made of. */
  private putText(id: string): boolean {
    const { bytes, mask, next } = this;
    for (let index = 0; index < id.length; index++) {
      const code = id.charCodeAt(index);
      if (code <= 0x20 || code >= 0x7f) return false;
      bytes[(next + index) & mask] = code;
    }
    return true;
  }

  private text(length: number): Uint8Array {
    const text = new Uint8Array(length);
    for (let index = 0; index < length; index++) text[index] = this.bytes[(this.first + index) & this.mask] ?? 0;
    return text;
  }

  private uuid(): Uint8Array {
    const text = new Uint8Array(UUID_CHARACTERS).fill(DASH);
    for (let byte = 0; byte < UUID_BYTES; byte++) {
      const value = this.bytes[(this.first + byte) & this.mask] ?? 0;
      const place = PLACES[byte] ?? 0;
      text[place] = DIGITS.charCodeAt(value >> 4);
      text[place + 1] = DIGITS.charCodeAt(value & 15);
    }
    return text;
  }
}
