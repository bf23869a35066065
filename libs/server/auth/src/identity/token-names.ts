import { hash, randomBytes } from 'node:crypto';
import type { Secret } from '@lakescope/databricks-client';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;
/** Tokens are a kilobyte or two; longer ones get memory of their own. */
const USUAL_CHARACTERS = 8 * 1024;

/**
 * Names for tokens: their HMAC-SHA256 (RFC 2104) with a key that only this process has, so that nothing that is kept under a name tells
 * the token. Put together from two one-shot hashes in memory that is used again each time, which takes half the time of a `createHmac`
 * object; a name is needed for each request.
 */
export class TokenNames {
  private readonly inner: Buffer;
  private readonly outer: Buffer;

  constructor(key: Buffer = randomBytes(BLOCK_BYTES)) {
    if (key.length !== BLOCK_BYTES) throw new Error(`The key has ${BLOCK_BYTES} bytes`);
    this.inner = Buffer.concat([key.map((byte) => byte ^ INNER), Buffer.alloc(USUAL_CHARACTERS)]);
    this.outer = Buffer.concat([key.map((byte) => byte ^ OUTER), Buffer.alloc(DIGEST_BYTES)]);
  }

  of(token: Secret): string {
    const text = token.reveal();
    const message = this.blockAnd(text.length);
    // A header holds one byte for each character.
    message.write(text, BLOCK_BYTES, 'latin1');
    this.outer.write(hash('sha256', message, 'binary'), BLOCK_BYTES, 'latin1');
    // No token stays behind where it is not needed any more.
    message.fill(0, BLOCK_BYTES);
    return hash('sha256', this.outer, 'binary');
  }

  private blockAnd(length: number): Buffer {
    if (length <= USUAL_CHARACTERS) return this.inner.subarray(0, BLOCK_BYTES + length);
    return Buffer.concat([this.inner.subarray(0, BLOCK_BYTES), Buffer.alloc(length)]);
  }
}
