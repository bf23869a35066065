import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { invalidUri, S3Error } from './s3-error';

const LONGEST_KEY_BYTES = 1024;
const LONGEST_NAME_BYTES = 255;
/** What Windows has no file names for. */
const UNNAMEABLE_ON_WINDOWS = /[\\:*?"<>|]|\p{Cc}|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;

/** Throws for a key that can be no object's. `..` is refused whatever it would lead to. */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    throw new S3Error(400, 'KeyTooLongError', 'Your key is too long', {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: String(LONGEST_KEY_BYTES),
    });
  }
  if (key.split(/[/\\]/).includes('..')) throw invalidUri();
}

/** Whether every part of a key can be the name of a file or folder; others are kept aside under a name of their own. */
export function isFileName(key: string): boolean {
  return key.split('/').every((name) => {
    if (name === '' || name === '.' || name === '..' || name.includes('\0')) return false;
    if (Buffer.byteLength(name) > LONGEST_NAME_BYTES) return false;
    return process.platform !== 'win32' || !UNNAMEABLE_ON_WINDOWS.test(name);
  });
}

/** Where an object lies whose key can be no path. */
export function asidePath(directory: string, key: string): string {
  const name = createHash('sha256').update(key).digest('hex');
  return join(directory, name.slice(0, 2), name);
}

/** The order of a listing: by the bytes of UTF-8, in which a character beyond U+FFFF comes after all others. */
export function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (a === b) continue;
    const [aPair, bPair] = [isSurrogate(a), isSurrogate(b)];
    return aPair === bPair ? a - b : aPair ? 1 : -1;
  }
  return one.length - other.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
