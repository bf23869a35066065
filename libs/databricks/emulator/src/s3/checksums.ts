import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Checksums S3 checks an upload by (`x-amz-checksum-<name>`), beside MD5. */
export const CHECKSUM_NAMES = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumName = (typeof CHECKSUM_NAMES)[number];

/** Length of each in bytes. */
export const CHECKSUM_BYTES: Readonly<Record<ChecksumName, number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
};

export interface Checksum {
  update(data: Buffer): void;
  /** Base64, as in the header. */
  digest(): string;
}

export function newChecksum(name: ChecksumName): Checksum {
  switch (name) {
    case 'crc32':
      return new Crc32();
    case 'crc32c':
      return new Crc32c();
    case 'crc64nvme':
      return new Crc64Nvme();
    case 'sha1':
    case 'sha256':
      return new HashChecksum(createHash(name));
  }
}

class HashChecksum implements Checksum {
  constructor(private readonly hash: Hash) {}

  update(data: Buffer): void {
    this.hash.update(data);
  }

  digest(): string {
    return this.hash.digest('base64');
  }
}

class Crc32 implements Checksum {
  private value = 0;

  update(data: Buffer): void {
    this.value = crc32(data, this.value);
  }

  digest(): string {
    return word(this.value).toString('base64');
  }
}

const CASTAGNOLI = reflectedTable(0x82f63b78);

class Crc32c implements Checksum {
  private value = 0xffffffff;

  update(data: Buffer): void {
    let { value } = this;
    for (const byte of data) value = (CASTAGNOLI[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
    this.value = value;
  }

  digest(): string {
    return word(~this.value).toString('base64');
  }
}

const NVME = nvmeTables();

/** In two halves of 32 bits, because a BigInt for every byte would be a hundred times slower. */
class Crc64Nvme implements Checksum {
  private high = 0xffffffff;
  private low = 0xffffffff;

  update(data: Buffer): void {
    let { high, low } = this;
    for (const byte of data) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (NVME.low[index] ?? 0);
      high = (high >>> 8) ^ (NVME.high[index] ?? 0);
    }
    this.high = high;
    this.low = low;
  }

  digest(): string {
    return Buffer.concat([word(~this.high), word(~this.low)]).toString('base64');
  }
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function reflectedTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}

/** The polynomial of NVM Express, 0xAD93D23594C93659, reflected. */
function nvmeTables(): { high: Uint32Array; low: Uint32Array } {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    high[byte] = Number(value >> 32n);
    low[byte] = Number(value & 0xffffffffn);
  }
  return { high, low };
}
