import { missingParts, partRange, receivedBytes } from './part-layout';

const layout = { sizeBytes: 25, partSizeBytes: 10, partCount: 3 };

describe('the parts of a file', () => {
  it('lie beside each other and end with the file', () => {
    expect([1, 2, 3].map((part) => partRange(layout, part))).toEqual([
      { start: 0, end: 10 },
      { start: 10, end: 20 },
      { start: 20, end: 25 },
    ]);
  });

  it('that are missing are sent, whatever order the others came in', () => {
    expect(missingParts(layout, [3, 1])).toEqual([2]);
    expect(missingParts(layout, [])).toEqual([1, 2, 3]);
    expect(missingParts(layout, [1, 2, 3])).toEqual([]);
  });

  it('count as progress when the server has them', () => {
    expect(receivedBytes(layout, [1, 3])).toBe(15);
  });
});
