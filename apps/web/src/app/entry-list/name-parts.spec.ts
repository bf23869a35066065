import { nameParts } from './name-parts';

describe('a long name', () => {
  it('keeps its end, where the extension and the number are', () => {
    expect(nameParts('part-00000-1f3b6c1a-snappy.c000.parquet')).toEqual({
      head: 'part-00000-1f3b6c1a-snappy.c000',
      tail: '.parquet',
    });
  });

  it('is in one part when it is short, or written from right to left', () => {
    expect(nameParts('trips.csv')).toEqual({ head: 'trips.csv', tail: '' });
    const hebrew = 'תקציב שנתי של המחלקה לשנת 2026.xlsx';
    expect(nameParts(hebrew)).toEqual({ head: hebrew, tail: '' });
  });

  it('is never cut inside of a character', () => {
    const { head, tail } = nameParts('👩‍🚀'.repeat(30));
    expect(tail).toBe('👩‍🚀'.repeat(8));
    expect(head + tail).toBe('👩‍🚀'.repeat(30));
  });
});
