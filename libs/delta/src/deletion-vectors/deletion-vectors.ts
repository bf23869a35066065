import { basename, dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { WeightedCache } from '../cache/weighted-cache';
import { StorageNotFound, TableCorrupt, UnsupportedTableFeature, messageOf } from '../errors';
import { fileKey } from '../log/actions';
import { dataPath, isAbsolute } from '../log/data-path';
import type { AbsoluteFiles } from '../storage/absolute-files';
import { LocalStorage } from '../storage/local-storage';
import { cachedPlace, type ByteRange, type Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import type { DeletionVectorDescriptor } from '../table/snapshot';
import { DeletedRows } from './deleted-rows';
import { readPositions } from './roaring';
import { decodeZ85 } from './z85';

const CACHE_BYTES = 64 * 1024 * 1024;
const BYTES_PER_SPAN = 24;
const UUID_CHARACTERS = 20;

/** Reads and checks deletion vectors (PROTOCOL.md, "Deletion Vectors"); a vector never changes once it is named. */
export class DeletionVectors {
  private readonly cache = new WeightedCache<DeletedRows>(CACHE_BYTES);

  constructor(private readonly absoluteFiles: AbsoluteFiles) {}

  async read(
    storage: Storage,
    file: { path: string; deletionVector: DeletionVectorDescriptor },
    signal?: AbortSignal,
  ): Promise<DeletedRows> {
    const vector = file.deletionVector;
    const key = `${cachedPlace(storage)}\n${fileKey(file)}\n${vector.sizeInBytes}\n${vector.cardinality}`;
    const cached = this.cache.get(key);
    if (cached !== undefined) return cached;
    const data = vector.storageType === 'i' ? inlineData(vector) : await this.storedData(storage, vector, signal);
    const rows = decode(data, file);
    this.cache.set(key, rows, rows.spanCount * BYTES_PER_SPAN + 200);
    return rows;
  }

  /** Layout in the file: big-endian size, data, big-endian CRC-32 of the data. */
  private async storedData(
    storage: Storage,
    vector: DeletionVectorDescriptor,
    signal: AbortSignal | undefined,
  ): Promise<Buffer> {
    const path = vectorPath(storage, vector);
    if (path.split('/').includes('..') || path.includes('\0')) throw corrupt("leaves the table's folder", path);
    const length = vector.sizeInBytes + 8;
    let stored: Buffer;
    try {
      const range = { offset: vector.offset ?? 1, length };
      const bytes = isAbsolute(path)
        ? await this.absoluteBytes(path, range, signal)
        : await storage.read(path, { range, signal });
      stored = Buffer.from(bytes);
    } catch (cause) {
      if (!(cause instanceof StorageNotFound)) throw cause;
      throw corrupt('is missing', path, cause);
    }
    if (stored.length !== length) throw corrupt('is cut off', path);
    if (stored.readUInt32BE(0) !== vector.sizeInBytes) throw corrupt('has another size than the log says', path);
    const data = stored.subarray(4, 4 + vector.sizeInBytes);
    if (crc32(data) !== stored.readUInt32BE(4 + vector.sizeInBytes)) throw corrupt('fails its checksum', path);
    return data;
  }

  private async absoluteBytes(path: string, range: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const file = await this.absoluteFiles.localFile(path, 'deletion vector');
    return new LocalStorage(dirname(file)).read(basename(file), { range, signal });
  }
}

function decode(data: Buffer, file: { path: string; deletionVector: DeletionVectorDescriptor }): DeletedRows {
  let rows: DeletedRows;
  try {
    rows = DeletedRows.from(readPositions(data));
  } catch (cause) {
    const reason = messageOf(cause);
    throw corrupt(`cannot be decoded: ${reason}`, file.path, cause);
  }
  if (BigInt(rows.cardinality) !== file.deletionVector.cardinality) {
    throw corrupt(`deletes ${rows.cardinality} rows, the log says ${file.deletionVector.cardinality}`, file.path);
  }
  return rows;
}

/** Inline data is padded to whole groups of four bytes; the size says where it ends. */
function inlineData(vector: DeletionVectorDescriptor): Buffer {
  const data = decodeZ85(vector.pathOrInlineDv);
  if (data.length < vector.sizeInBytes) throw corrupt('is shorter than its size', 'inline deletion vector');
  return data.subarray(0, vector.sizeInBytes);
}

function vectorPath(storage: Storage, vector: DeletionVectorDescriptor): string {
  if (vector.storageType === 'u') {
    const prefix = vector.pathOrInlineDv.slice(0, -UUID_CHARACTERS);
    const hex = decodeZ85(vector.pathOrInlineDv.slice(-UUID_CHARACTERS)).toString('hex');
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return joinPath(prefix, `deletion_vector_${uuid}.bin`);
  }
  if (vector.storageType !== 'p') {
    throw new UnsupportedTableFeature([`deletion vectors of storage type ${vector.storageType}`]);
  }
  return dataPath(vector.pathOrInlineDv, storage.location);
}

function corrupt(what: string, path: string, cause?: unknown): TableCorrupt {
  return new TableCorrupt({ message: `The deletion vector of ${path} ${what}`, missing: path, cause });
}
