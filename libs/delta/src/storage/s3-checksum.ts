import { crc32 } from 'node:zlib';

/**
 * CRC-32 of all bytes of an object as S3 takes it: four bytes, the highest first, in base64. Buckets with Object Lock take no object without a
 * checksum, also from clients that are told to send none where it is not required.
 */
export function checksumOf(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}
