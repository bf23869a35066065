import { jest } from '@jest/globals';
import { EventClock } from './event-clock';

const NOW = Date.parse('2026-11-21T08:30:00Z');
const HOUR = 3_600_000;

describe('the clock of events', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  it('takes the time of the server for the middle of asking and answering', () => {
    const clock = new EventClock();
    const askedAt = performance.now();
    jest.advanceTimersByTime(200);
    const error = clock.learn(new Date(NOW - HOUR + 100).toISOString(), askedAt, performance.now());
    expect(error).toBe(-HOUR);
    expect(clock.now()).toBe(NOW + 200 - HOUR);
  });

  it('does not follow what the delay of the network alone explains, nor what is no time', () => {
    const clock = new EventClock();
    const askedAt = performance.now();
    jest.advanceTimersByTime(400);
    expect(clock.learn(new Date(NOW + 390).toISOString(), askedAt, performance.now())).toBe(0);
    expect(clock.learn('soon', askedAt, performance.now())).toBe(0);
    expect(clock.offset).toBe(0);
  });

  it('is set anew after the device has slept, when its own clock stood still', () => {
    const clock = new EventClock();
    jest.setSystemTime(NOW + 8 * HOUR);
    expect(clock.now()).toBe(NOW + 8 * HOUR);
  });

  it('knows the time of a moment that is over', () => {
    const clock = new EventClock();
    const moment = performance.now();
    jest.advanceTimersByTime(5_000);
    expect(clock.at(moment)).toBe(NOW);
  });
});
