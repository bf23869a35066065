import { isTooDeep } from './nesting';

describe('nesting', () => {
  it.each([1_000, 200_000])('of %d levels is too deep, in lists as in objects', (depth) => {
    expect(isTooDeep(JSON.parse('['.repeat(depth) + ']'.repeat(depth)))).toBe(true);
    expect(isTooDeep(JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)))).toBe(true);
  });

  it('counts levels and not members', () => {
    const levels = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

    expect(isTooDeep(levels(3), 3)).toBe(false);
    expect(isTooDeep(levels(4), 3)).toBe(true);
    expect(
      isTooDeep(
        Array.from({ length: 100_000 }, (_, index) => ({ index })),
        3,
      ),
    ).toBe(false);
    expect(isTooDeep('text')).toBe(false);
    expect(isTooDeep(null)).toBe(false);
  });
});
