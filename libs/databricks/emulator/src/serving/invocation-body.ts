import { Readable } from 'node:stream';
import { malformedRequest, ServiceRefusal } from '../http/refusals';

/** Limits of the platform's page on model serving limits, in bytes. */
export const LARGEST_CUSTOM_BODY = 16 * 1024 * 1024;
export const LARGEST_FOUNDATION_BODY = 4 * 1024 * 1024;

/** All of a body, whatever type it claims to have; refuses one that no endpoint takes. */
export async function readBody(content: unknown): Promise<Buffer> {
  if (!(content instanceof Readable)) return Buffer.alloc(0);
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of content as AsyncIterable<Buffer>) {
      length += piece.length;
      // The rest is read and dropped, so that whoever sends it hears the refusal.
      if (length <= LARGEST_CUSTOM_BODY) pieces.push(piece);
    }
  } catch (error) {
    throw malformedRequest(`The body broke off: ${error instanceof Error ? error.message : String(error)}`);
  }
  refuseLarger(length, LARGEST_CUSTOM_BODY);
  return Buffer.concat(pieces);
}

export function refuseLarger(length: number, most: number): void {
  if (length <= most) return;
  throw new ServiceRefusal(413, 'BAD_REQUEST', `Exceeded max request size. Request size cannot exceed ${most} bytes.`);
}
