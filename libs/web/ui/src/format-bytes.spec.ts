import { exactBytes, formatBytes } from './format-bytes';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1_048_575, '1 MiB'],
    [399_507_456, '381 MiB'],
    ['9223372036854775807', '8 EiB'],
  ])('writes %s as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('keeps every byte of a size that no number holds', () => {
    expect(exactBytes('9007199254740993')).toBe('9,007,199,254,740,993 bytes');
  });
});
