import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isSameSecret } from '../http/constant-time';
import { invalidParameter } from '../http/refusals';
import { JsonDocument } from '../state/json-document';

/** Storage lets no link live longer (Signature Version 4, query parameters). */
const LONGEST_MS = 7 * 24 * 3_600_000;

export type LinkVerdict = 'good' | 'expired' | 'forged';

/**
 * Links that carry their own right: for one method and one path, until they expire. They are signed with a key of the
 * state folder, so they outlive a restart, and are good for no other workspace.
 */
export class PresignedLinks {
  private constructor(
    private readonly key: Buffer,
    private readonly origin: () => string,
    private readonly now: () => number,
  ) {}

  static async open(stateDirectory: string, origin: () => string, now: () => number): Promise<PresignedLinks> {
    const document = await JsonDocument.open<{ key: string }>(join(stateDirectory, 'workspace', 'presigned-key.json'), {
      version: 1,
      schema: {
        type: 'object',
        required: ['key'],
        properties: { key: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
      },
      create: () => ({ key: randomBytes(32).toString('hex') }),
    });
    return new PresignedLinks(Buffer.from(document.read().key, 'hex'), origin, now);
  }

  /** The path is percent-encoded; `expireTime` is RFC 3339, as clients ask for it. */
  sign(method: string, path: string, expireTime: unknown): string {
    const until = typeof expireTime === 'string' ? Date.parse(expireTime) : NaN;
    const now = this.now();
    if (Number.isNaN(until)) throw invalidParameter('expire_time must be a time in RFC 3339');
    if (until <= now) throw invalidParameter('expire_time must lie in the future');
    const expires = String(Math.floor(Math.min(until, now + LONGEST_MS) / 1000));
    return `${this.origin()}${path}?expires=${expires}&signature=${this.signature(method, path, expires)}`;
  }

  check(method: string, path: string, expires: string | undefined, signature: string | undefined): LinkVerdict {
    if (!isSameSecret(signature ?? '', this.signature(method, path, expires ?? ''))) return 'forged';
    return Number(expires) * 1000 <= this.now() ? 'expired' : 'good';
  }

  private signature(method: string, path: string, expires: string): string {
    return createHmac('sha256', this.key).update(`${method}\n${path}\n${expires}`).digest('hex');
  }
}
