import { timeOfUuidV7, uuidV7 } from './uuid-v7';

describe('a UUID of version 7', () => {
  it('holds its time', () => {
    // The example of RFC 9562, appendix A.6.
    expect(timeOfUuidV7('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBe(Date.parse('2022-02-22T19:22:22.000Z'));
  });

  it.each([0, 1, Date.parse('2026-11-21T08:30:00.123Z'), 2 ** 48 - 1])('is made of the time %d', (time) => {
    expect(timeOfUuidV7(uuidV7(time))).toBe(time);
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => uuidV7(1)))).toHaveProperty('size', 1000);
  });

  it.each([
    '',
    'no uuid',
    '017f22e2-79b0-4cc3-98c4-dc0c0c07398f',
    '017f22e2-79b0-7cc3-c8c4-dc0c0c07398f',
    '017f22e279b07cc398c4dc0c0c07398f',
    '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}',
    ' 017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n',
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398',
  ])('is not %j', (text) => {
    expect(timeOfUuidV7(text)).toBeUndefined();
  });
});
