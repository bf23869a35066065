import { Logger } from '@nestjs/common';
import { MetricsClock } from './metrics-clock';

const HOUR = 60 * 60_000;

describe('the clock of metrics', () => {
  beforeAll(() => Logger.overrideLogger(false));

  afterEach(() => jest.restoreAllMocks());

  it('goes on by itself when the wall clock is set, until it is told to follow', () => {
    const clock = new MetricsClock();
    const before = clock.now();
    wallClockIsOff(HOUR);

    expect(clock.now() - before).toBeLessThan(HOUR / 2);
    expect(clock.follow()).toBeGreaterThan(HOUR - 5_000);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });

  it('follows backwards, too', () => {
    const clock = new MetricsClock();
    wallClockIsOff(-HOUR);

    expect(clock.follow()).toBeLessThan(5_000 - HOUR);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });

  it('does not mind what a time server corrects all day', () => {
    const clock = new MetricsClock();
    wallClockIsOff(400);

    expect(clock.follow()).toBe(0);
    expect(clock.now()).toBeLessThan(Date.now());
  });

  function wallClockIsOff(ms: number): void {
    const now = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
  }
});
