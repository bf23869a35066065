import { minutesFrom, minutesText } from './minutes';

describe('a length of time that is typed in', () => {
  it('may be minutes, hours or days', () => {
    expect(['90', ' 90 min ', '90m', '1.5 h', '1,5h', '2 d'].map(minutesFrom)).toEqual([90, 90, 90, 90, 90, 2_880]);
  });

  it('is none outside of a minute and a year, and none in other words', () => {
    expect(['', '0', '-5', '0.5', '9999999', '366 d', 'soon', '5 w', '1e3'].map(minutesFrom)).toEqual(
      Array.from({ length: 9 }, () => undefined),
    );
  });

  it('is shown as it can be typed', () => {
    for (const minutes of [1, 59, 60, 90, 1_440, 2_880, 525_600]) {
      expect(minutesFrom(minutesText(minutes))).toBe(minutes);
    }
    expect([90, 120, 1_440].map(minutesText)).toEqual(['90 min', '2 h', '1 d']);
  });
});
