import { rowWindow } from './row-window';

describe('rowWindow', () => {
  it('draws what is in sight and a little more, and keeps the room of the rest', () => {
    const window = rowWindow(2400, 240, 24, 1000);
    expect(window).toEqual({ first: 92, end: 118, before: 92 * 24, after: 882 * 24 });
  });

  it('keeps the whole height wherever it is', () => {
    for (const scrollTop of [0, 10, 23_760, 99_999]) {
      const { first, end, before, after } = rowWindow(scrollTop, 240, 24, 1000);
      expect(before + Math.max(0, end - first) * 24 + after).toBe(24_000);
    }
  });

  it('draws all of a short table', () => {
    expect(rowWindow(0, 240, 24, 3)).toEqual({ first: 0, end: 3, before: 0, after: 0 });
  });
});
