import { crc32 } from 'node:zlib';
import { TableCorrupt, UnsupportedTableFeature } from '../errors';
import { AbsoluteFiles } from '../storage/absolute-files';
import { TemporaryLake } from '../testing/temporary-lake';
import type { DeletionVectorDescriptor } from '../table/snapshot';
import { DeletedRows, type RowSpan } from './deleted-rows';
import { DeletionVectors } from './deletion-vectors';
import { readPositions } from './roaring';
import { decodeZ85 } from './z85';

const PORTABLE = '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L';
/** The example of PROTOCOL.md, which is in the layout before the portable one. */
const LISTED = 'wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L';

function inline(more: Partial<DeletionVectorDescriptor> = {}): DeletionVectorDescriptor {
  return { storageType: 'i', pathOrInlineDv: PORTABLE, sizeInBytes: 44, cardinality: 6n, ...more };
}

describe('a deletion vector', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  const read = (vector: DeletionVectorDescriptor): Promise<DeletedRows> =>
    new DeletionVectors(new AbsoluteFiles([])).read(lake.storage('t'), { path: 'f', deletionVector: vector });

  it.each([
    [PORTABLE, 44],
    [LISTED, 40],
  ])('inline is decoded in both layouts: %s', async (pathOrInlineDv, sizeInBytes) => {
    const rows = await read(inline({ pathOrInlineDv, sizeInBytes }));

    expect(positions(rows.within({ first: 0, last: 100 }))).toEqual([3, 4, 7, 11, 18, 29]);
  });

  it('must delete as many rows as the log says', async () => {
    await expect(read(inline({ cardinality: 7n }))).rejects.toThrow(TableCorrupt);
  });

  it('in a file is checked by size and checksum', async () => {
    const data = decodeZ85(PORTABLE).subarray(0, 44);
    const stored = (bytes: Buffer, checksum: number): Buffer => {
      const file = Buffer.alloc(1 + 4 + bytes.length + 4, 1);
      file.writeUInt32BE(bytes.length, 1);
      bytes.copy(file, 5);
      file.writeUInt32BE(checksum, 5 + bytes.length);
      return file;
    };
    const name = (prefix: string): string => `t/${prefix}deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin`;
    await lake.write(name(''), stored(data, crc32(data)));
    await lake.write(name('ab/'), stored(data, 1));
    const vector = (pathOrInlineDv: string): DeletionVectorDescriptor =>
      inline({ storageType: 'u', pathOrInlineDv, offset: 1 });

    expect((await read(vector('^-aqEH.-t@S}K{vb[*k^'))).cardinality).toBe(6);
    await expect(read(vector('ab^-aqEH.-t@S}K{vb[*k^'))).rejects.toThrow('fails its checksum');
    await expect(read({ ...vector('^-aqEH.-t@S}K{vb[*k^'), sizeInBytes: 40 })).rejects.toThrow('another size');
    await expect(read(vector('zz^-aqEH.-t@S}K{vb[*k^'))).rejects.toThrow('is missing');
  });

  it('may lie at an absolute path, inside the table or where the engine may open files', async () => {
    const data = decodeZ85(PORTABLE).subarray(0, 44);
    const file = Buffer.alloc(1 + 4 + 44 + 4, 1);
    file.writeUInt32BE(44, 1);
    data.copy(file, 5);
    file.writeUInt32BE(crc32(data), 49);
    await lake.write('t/inside one.bin', file);
    await lake.write('source/shared.bin', file);
    await lake.write('private/other.bin', file);
    const vectors = new DeletionVectors(new AbsoluteFiles([`${lake.directory}/source`]));
    const at = (pathOrInlineDv: string): Promise<DeletedRows> =>
      vectors.read(lake.storage('t'), {
        path: 'f',
        deletionVector: inline({ storageType: 'p', pathOrInlineDv, offset: 1 }),
      });

    for (const scheme of ['', 'file:', 'file://']) {
      expect((await at(`${scheme}${lake.directory}/t/inside%20one.bin`)).cardinality).toBe(6);
      expect((await at(`${scheme}${lake.directory}/source/shared.bin`)).cardinality).toBe(6);
    }
    await expect(at(`${lake.directory}/private/other.bin`)).rejects.toThrow(UnsupportedTableFeature);
    await expect(at('s3://bucket/dv.bin')).rejects.toThrow('The deletion vector s3://bucket/dv.bin is outside');
    await expect(at(`${lake.directory}/source/gone.bin`)).rejects.toThrow('is missing');
  });

  it.each([
    ['magic', (data: Buffer) => data.writeUInt32LE(7, 0), 'unknown magic number 7'],
    ['bitmap cookie', (data: Buffer) => data.writeUInt32LE(7, 16), 'unknown bitmap cookie 7'],
    ['bucket count', (data: Buffer) => data.writeUInt32LE(0xffffffff, 4), 'cannot be decoded'],
  ])('of another %s is corrupt, though its checksum is right', async (_, damage, reason) => {
    const data = Buffer.from(decodeZ85(PORTABLE).subarray(0, 44));
    damage(data);
    const file = Buffer.concat([Buffer.from([1]), u32be(44), data, u32be(crc32(data))]);
    const path = await lake.write(`t/damaged-${reason.length}.bin`, file);
    const vector = inline({ storageType: 'p', pathOrInlineDv: path, offset: 1 });

    const failure = read(vector);

    await expect(failure).rejects.toThrow(TableCorrupt);
    await expect(failure).rejects.toThrow(reason);
  });

  it('is not opened outside the table', async () => {
    const outside = inline({ storageType: 'p', pathOrInlineDv: 'file:///etc/hostname', offset: 1 });
    const up = inline({ storageType: 'u', pathOrInlineDv: '../../^-aqEH.-t@S}K{vb[*k^', offset: 1 });

    await expect(read(outside)).rejects.toThrow(UnsupportedTableFeature);
    await expect(read(up)).rejects.toMatchObject({ code: 'TABLE_CORRUPT' });
  });

  it('may hold rows at and above 2^32, in array, bitmap and run containers', () => {
    const bitmap = Buffer.alloc(8192);
    bitmap[0] = 0b1010_0000;
    bitmap[8191] = 0x80;
    const noRuns = Buffer.concat([u32(12346), u32(1), u16(2), u16(4999), u32(16), bitmap]);
    const runs = Buffer.concat([u32(12347), Buffer.from([1]), u16(0), u16(4), u16(1), u16(10), u16(4)]);
    const data = Buffer.concat([u32(1681511377), u64(2n), u32(0), noRuns, u32(1), runs]);

    expect([...readPositions(data)]).toEqual([
      { first: 0x20005, last: 0x20005 },
      { first: 0x20007, last: 0x20007 },
      { first: 0x2ffff, last: 0x2ffff },
      { first: 2 ** 32 + 10, last: 2 ** 32 + 14 },
    ]);
  });
});

describe('deleted rows', () => {
  const rows = DeletedRows.from([
    { first: 0, last: 1 },
    { first: 2, last: 2 },
    { first: 5, last: 5 },
    { first: 9, last: 11 },
  ]);

  it('find the n-th living row', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((live) => rows.physicalRow(live))).toEqual([3, 4, 6, 7, 8, 12, 13]);
  });

  it('are in order, or nothing about them can be trusted', () => {
    const from = (...spans: RowSpan[]) => DeletedRows.from(spans);

    expect(() => from({ first: 5, last: 9 }, { first: 7, last: 12 })).toThrow(RangeError);
    expect(() => from({ first: 5, last: 9 }, { first: 1, last: 2 })).toThrow(RangeError);
  });

  it('join spans that touch and give those of a window', () => {
    expect(rows.spanCount).toBe(3);
    expect(rows.within({ first: 2, last: 8 })).toEqual([
      { first: 0, last: 2 },
      { first: 5, last: 5 },
    ]);
    expect(rows.within({ first: 6, last: 8 })).toEqual([]);
  });
});

function positions(spans: readonly RowSpan[]): number[] {
  return spans.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u32be(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
