import { randomInt } from 'node:crypto';

/** A new id as the platform writes them: int64 there; here always below 2^53, so that every client can hold it. */
export function newNumericId(): string {
  return `${randomInt(1, 9)}${randomInt(10_000_000).toString().padStart(7, '0')}${randomInt(100_000_000).toString().padStart(8, '0')}`;
}
