import { pointChange, relativeChange } from './change';

describe('relativeChange', () => {
  it.each([
    [110, 100, '+10 %', 'up'],
    [90, 100, '−10 %', 'down'],
    [100, 100, 'unchanged', 'none'],
    [1001, 1000, 'unchanged', 'none'],
    [5, 0, 'from 0', 'up'],
    [0, 5, '−100 %', 'down'],
    [2000, 100, '20 times as much', 'up'],
  ])('from %d back to %d says %s', (now, before, text, direction) => {
    expect(relativeChange(now, before, 'neutral')).toEqual({ direction, tone: 'neutral', text });
  });

  it('is bad when what should be small grows', () => {
    expect(relativeChange(2, 1, 'worse')?.tone).toBe('bad');
    expect(relativeChange(1, 2, 'worse')?.tone).toBe('ok');
  });

  it('says nothing about what is not known', () => {
    expect(relativeChange(null, 1, 'worse')).toBeUndefined();
    expect(relativeChange(1, undefined, 'worse')).toBeUndefined();
  });
});

describe('pointChange', () => {
  it.each([
    [0.01, 0.005, '+0.5 points', 'bad'],
    [0.02, 0.05, '−3 points', 'ok'],
    [0.01, 0.01, 'unchanged', 'neutral'],
  ])('from %d back to %d says %s', (now, before, text, tone) => {
    expect(pointChange(now, before, 'worse')).toMatchObject({ text, tone });
  });
});
