import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Secret } from '@lakescope/databricks-client';
import { SecretsConfig } from '@lakescope/server-config';
import { Injectable } from '@nestjs/common';
import { CannotUnseal, SecretNotConfigured } from './persistence.errors';

/** First byte of everything that is sealed: how the rest is to be read. */
const VERSION = 1;
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Small secrets (addresses with a key in them, passwords) as the database may hold them: encrypted and bound to their place by AES-256-GCM,
 * with a key derived from LAKESCOPE_SECRET. What was sealed with the secret before the last rotation can still be opened.
 */
@Injectable()
export class SealedText {
  private readonly keys: readonly Buffer[];

  constructor(secrets: SecretsConfig) {
    this.keys = secrets.sealingKeys.map((key) => derive(key));
  }

  /** Whether anything can be sealed: only with a secret of the app's own, because one that is rotated by others would lose what is stored. */
  get isPossible(): boolean {
    return this.keys.length > 0;
  }

  /** `place` says where the text belongs, e.g. `alert_rules.webhook:<id>`; moved elsewhere it cannot be opened. Throws `SecretNotConfigured`. */
  seal(text: Secret, place: string): Buffer {
    const [key] = this.keys;
    if (key === undefined) throw new SecretNotConfigured();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(text.reveal(), 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), sealed]);
  }

  /** Whether texts may be there that were sealed with a secret from before a rotation. */
  get isRotated(): boolean {
    return this.keys.length > 1;
  }

  /** Throws `CannotUnseal` when no secret there is fits, or when the bytes are not what was sealed for this place. */
  open(sealed: Uint8Array, place: string): Secret {
    return this.opened(sealed, place).text;
  }

  /**
   * What to store instead, so that the secret before the rotation is no longer needed; undefined when the present one has sealed it.
   * Throws as `open` does.
   */
  renewed(sealed: Uint8Array, place: string): Buffer | undefined {
    const { text, isPresent } = this.opened(sealed, place);
    return isPresent ? undefined : this.seal(text, place);
  }

  /** Which secret opens it: the one that seals now, one from before a rotation, or none that is set. */
  stateOf(sealed: Uint8Array, place: string): 'present' | 'previous' | 'unreadable' {
    try {
      return this.opened(sealed, place).isPresent ? 'present' : 'previous';
    } catch (error) {
      if (error instanceof CannotUnseal) return 'unreadable';
      throw error;
    }
  }

  private opened(sealed: Uint8Array, place: string): { text: Secret; isPresent: boolean } {
    const bytes = Buffer.from(sealed);
    const begin = 1 + NONCE_BYTES + TAG_BYTES;
    if (bytes[0] === VERSION && bytes.length >= begin) {
      for (const key of this.keys) {
        const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(1, 1 + NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(1 + NONCE_BYTES, begin));
        const text = decipher.update(bytes.subarray(begin));
        if (isAuthentic(decipher)) return { text: new Secret(text.toString('utf8')), isPresent: key === this.keys[0] };
      }
    }
    throw new CannotUnseal(place);
  }
}

/** Which of the keys fits shows at the end only. */
function isAuthentic(decipher: { final(): Buffer }): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

function derive(secret: Secret): Buffer {
  return createHmac('sha256', secret.reveal()).update('lakescope sealed text').digest();
}
