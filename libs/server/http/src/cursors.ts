import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '@lakescope/databricks-client';
import { SecretsConfig } from '@lakescope/server-config';
import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from './request.errors';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

const MAC_BYTES = 16;

/** Opaque page cursors: signed, so that nobody can make the server continue where it did not stop itself. */
@Injectable()
export class Cursors {
  private readonly keys: readonly Secret[];

  constructor(@Inject(SecretsConfig) secrets: SecretsConfig) {
    this.keys = secrets.cursorKeys.length > 0 ? secrets.cursorKeys : [new Secret(randomBytes(32).toString('base64'))];
  }

  /** `scope` names the list and what it was asked for, so that a cursor of one list is worthless for another. */
  encode(scope: string, value: JsonValue): string {
    const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
    const [key] = this.keys;
    if (key === undefined) throw new Error('There is always a key');
    return `${payload}.${mac(key, scope, payload).toString('base64url')}`;
  }

  decode(scope: string, cursor: string): JsonValue {
    const [payload, signature] = cursor.split('.');
    if (payload !== undefined && signature !== undefined) {
      const given = Buffer.from(signature, 'base64url');
      if (this.keys.some((key) => equal(given, mac(key, scope, payload)))) {
        return JSON.parse(Buffer.from(payload, 'base64url').toString()) as JsonValue;
      }
    }
    throw new InvalidRequest('The cursor is not one of this list', [
      { path: 'cursor', message: 'must be the next_cursor of the page before' },
    ]);
  }

  /** The same for a place that is so many texts; undefined without a cursor, for the first page. */
  decodeTexts<Count extends keyof Texts>(
    scope: string,
    cursor: string | undefined,
    count: Count,
  ): Texts[Count] | undefined {
    if (cursor === undefined) return undefined;
    const value = this.decode(scope, cursor);
    const texts = Array.isArray(value) ? value.slice(0, count).filter((one) => typeof one === 'string') : [];
    if (texts.length !== count) throw outdatedCursor();
    return texts as Texts[Count];
  }
}

interface Texts {
  2: [string, string];
  3: [string, string, string];
  4: [string, string, string, string];
}

/** A cursor that was signed by us and says what this release does not. */
export function outdatedCursor(): InvalidRequest {
  return new InvalidRequest('The cursor comes from another release; ask for the first page again.');
}

function mac(key: Secret, scope: string, payload: string): Buffer {
  return createHmac('sha256', key.reveal()).update(`${scope}\n${payload}`).digest().subarray(0, MAC_BYTES);
}

function equal(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
