import { secondsLeft, TransferRate } from './transfer-rate';

describe('the rate of a transfer', () => {
  it('is not told before there is anything to tell', () => {
    const rate = new TransferRate();
    expect(rate.bytesPerSecond(0)).toBeUndefined();
    rate.note(0, 0);
    rate.note(1000, 100);
    expect(rate.bytesPerSecond(100)).toBeUndefined();
  });

  it('follows the last seconds, not the whole way', () => {
    const rate = new TransferRate();
    for (let second = 0; second <= 10; second += 1) rate.note(second * 1000, second * 1000);
    for (let second = 11; second <= 20; second += 1) rate.note(10_000 + (second - 10) * 100, second * 1000);
    expect(rate.bytesPerSecond(20_000)).toBeCloseTo(100, 0);
  });

  it('falls while nothing goes', () => {
    const rate = new TransferRate();
    rate.note(0, 0);
    rate.note(1000, 1000);
    expect(rate.bytesPerSecond(1000)).toBe(1000);
    expect(rate.bytesPerSecond(4000)).toBe(250);
  });

  it('begins anew when a part has to go again', () => {
    const rate = new TransferRate();
    rate.note(0, 0);
    rate.note(5000, 1000);
    rate.note(1000, 2000);
    rate.note(2000, 3000);
    expect(rate.bytesPerSecond(3000)).toBe(1000);
  });
});

describe('secondsLeft', () => {
  it('is what the rest takes at this rate', () => {
    expect(secondsLeft(1500, 1000)).toBe(2);
    expect(secondsLeft(1500, 0)).toBeUndefined();
    expect(secondsLeft(1500, undefined)).toBeUndefined();
  });
});
