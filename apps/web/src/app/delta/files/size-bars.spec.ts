import { sizeBars } from './size-bars';

const bucket = (from_bytes: number, to_bytes: number | null, files: number) => ({
  from_bytes,
  to_bytes,
  files,
  bytes: String(files * from_bytes),
});

describe('the histogram of file sizes', () => {
  it('runs from the first size there is to the last, and tells where each begins in the list by size', () => {
    const bars = sizeBars([
      bucket(0, 16384, 0),
      bucket(16384, 32768, 4),
      bucket(32768, 65536, 0),
      bucket(65536, null, 1),
    ]);
    expect(bars.map(({ label, before, width, isEmpty }) => ({ label, before, width, isEmpty }))).toEqual([
      { label: '16 KiB to 32 KiB', before: 0, width: 100, isEmpty: false },
      { label: '32 KiB to 64 KiB', before: 4, width: 0, isEmpty: true },
      { label: '64 KiB and more', before: 4, width: 25, isEmpty: false },
    ]);
  });

  it('is empty without files', () => {
    expect(sizeBars([bucket(0, 16384, 0)])).toEqual([]);
  });
});
