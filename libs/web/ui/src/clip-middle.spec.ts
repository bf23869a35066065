import { clipMiddle } from './clip-middle';

describe('clipMiddle', () => {
  it('leaves a text that fits', () => {
    expect(clipMiddle('/Volumes/a', 10)).toBe('/Volumes/a');
  });

  it('keeps both ends of one that does not', () => {
    expect(clipMiddle('0123456789', 7)).toBe('012…789');
  });

  it('does not cut a character of two code units in half', () => {
    expect(clipMiddle('😀😀😀😀😀', 3)).toBe('😀…😀');
  });
});
