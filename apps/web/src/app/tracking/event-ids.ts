const SEQUENCE_BITS = 12;
/** A sequence begins in the lower half of its range, so that there is room for what follows within its millisecond. */
const FIRST_SEQUENCE_MASK = (1 << (SEQUENCE_BITS - 1)) - 1;
const LAST_SEQUENCE = (1 << SEQUENCE_BITS) - 1;
/** A clock that was set back by more than this was wrong before; a smaller step is waited for. */
const LARGEST_STEP_BACK_MS = 1000;

/**
 * UUIDs of version 7 (RFC 9562): the time in milliseconds, a sequence within it, and chance. Each is greater than the one
 * before, and the time of an event is the time inside its id, so that a repeated delivery meets the same key.
 */
export class EventIds {
  private time = 0;
  private sequence = 0;

  next(now: number): { readonly id: string; readonly time: number } {
    const random = crypto.getRandomValues(new Uint8Array(10));
    const wanted = Math.floor(now);
    if (wanted > this.time || this.time - wanted > LARGEST_STEP_BACK_MS) {
      this.time = wanted;
      this.sequence = (((random[8] ?? 0) << 8) | (random[9] ?? 0)) & FIRST_SEQUENCE_MASK;
    } else if (this.sequence < LAST_SEQUENCE) {
      this.sequence += 1;
    } else {
      this.time += 1;
      this.sequence = 0;
    }
    const time = this.time.toString(16).padStart(12, '0');
    const sequence = this.sequence.toString(16).padStart(3, '0');
    const variant = (0x80 | ((random[0] ?? 0) & 0x3f)).toString(16);
    const rest = [...random.slice(1, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}${rest.slice(0, 2)}-${rest.slice(2)}`;
    return { id, time: this.time };
  }
}
