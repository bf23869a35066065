import { EventIds } from './event-ids';

const NOW = Date.parse('2026-11-21T08:30:00.123Z');
const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const timeInside = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

describe('the id of an event', () => {
  it('is a UUID of version 7 with the time of the event inside', () => {
    const { id, time } = new EventIds().next(NOW + 0.9);
    expect(id).toMatch(V7);
    expect([timeInside(id), time]).toEqual([NOW, NOW]);
  });

  it('is greater than the one before, however many there are in a millisecond', () => {
    const ids = new EventIds();
    const made = Array.from({ length: 10_000 }, () => ids.next(NOW));
    for (const { id, time } of made) {
      expect(id).toMatch(V7);
      expect(timeInside(id)).toBe(time);
    }
    expect(made.map(({ id }) => id)).toEqual(made.map(({ id }) => id).sort());
    expect(new Set(made.map(({ id }) => id)).size).toBe(10_000);
  });

  it('does not go back with a clock that is set back a little, but does with one that was wrong', () => {
    const ids = new EventIds();
    ids.next(NOW);
    expect(ids.next(NOW - 900).time).toBe(NOW);
    expect(ids.next(NOW - 3_600_000).time).toBe(NOW - 3_600_000);
  });
});
