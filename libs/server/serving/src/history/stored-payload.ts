import { isUtf8 } from 'node:buffer';
import { shortenedJson } from './shortened-json';

/** The longest payload of which nothing is cut off, in bytes. The table refuses longer ones. */
export const WHOLE_BYTES = 64 * 1024;

/** JSON text as it is kept. */
export interface StoredPayload {
  readonly text: string;
  /** Only the beginning is kept, as JSON of its own. */
  readonly isTruncated: boolean;
}

/** As much of a payload as is ever looked at to store it, without the rest in memory. */
export function keptOf(json: Buffer): Buffer {
  return json.length <= WHOLE_BYTES + 4 ? json : Buffer.from(json.subarray(0, WHOLE_BYTES + 4));
}

/** Payloads of up to 64 KiB stay as they came, to the last digit and space; of longer ones the beginning does. */
export function storedPayload(json: Buffer): StoredPayload {
  // Not more is looked at than may be kept, and the rest of a character that is cut in two there.
  const bytes = storableBytes(json.subarray(0, WHOLE_BYTES + 4));
  return bytes.length <= WHOLE_BYTES
    ? { text: bytes.toString(), isTruncated: false }
    : { text: shortenedJson(bytes, WHOLE_BYTES), isTruncated: true };
}

/** All of a payload, whatever its length. */
export function wholePayload(json: Buffer): string {
  return storableBytes(json).toString();
}

const PRINTABLE = /^[ -~]*$/;

/** A short text of somebody else's, e.g. what a model said of an error. */
export function storedText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters && PRINTABLE.test(text)) return text;
  return Buffer.from(text.replaceAll('\u0000', '\ufffd').slice(0, maxCharacters)).toString();
}

/** Postgres keeps neither U+0000 nor what is no UTF-8. In JSON both are escapes, which are left alone; raw they are no JSON at all. */
function storableBytes(json: Buffer): Buffer {
  if (isUtf8(json) && !json.includes(0)) return json;
  return Buffer.from(json.toString().replaceAll('\u0000', '\ufffd'));
}
