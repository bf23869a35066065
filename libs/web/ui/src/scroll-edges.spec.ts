import { hiddenBeyond } from './scroll-edges';

describe('hiddenBeyond', () => {
  it.each([
    ['fits', { scrollLeft: 0, clientWidth: 400, scrollWidth: 400 }, { before: false, after: false }],
    ['fits but for rounding', { scrollLeft: 0.5, clientWidth: 399, scrollWidth: 400 }, { before: false, after: false }],
    ['begins', { scrollLeft: 0, clientWidth: 300, scrollWidth: 400 }, { before: false, after: true }],
    ['is in the middle', { scrollLeft: 50, clientWidth: 300, scrollWidth: 400 }, { before: true, after: true }],
    ['is at its end', { scrollLeft: 100, clientWidth: 300, scrollWidth: 400 }, { before: true, after: false }],
  ])('knows when a line %s', (_case, sizes, hidden) => {
    expect(hiddenBeyond(sizes)).toEqual(hidden);
  });
});
