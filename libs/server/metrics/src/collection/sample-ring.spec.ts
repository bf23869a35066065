import { randomUUID } from 'node:crypto';
import { SeededRandom } from '@lakescope/server-testing';
import { SampleRing, type SampleColumns } from './sample-ring';

describe('the ring of samples', () => {
  it('gives back what it was given, in its order, however often it goes round', () => {
    const random = new SeededRandom(7);
    const ring = new SampleRing(64);
    const expected: string[] = [];
    let next = 0;
    for (let round = 0; round < 500; round++) {
      // Longer ids than UUIDs have room as long as the ring is not full.
      while (ring.size < 24 && random.chance(0.9)) {
        const id = idOf(random);
        ring.push(next, next / 2, next % 500, 200 + (next % 300), next % 60_000, next % 40, id);
        expected.push(`${next}|${next / 2}|${next % 500}|${200 + (next % 300)}|${next % 60_000}|${next % 40}|${id}`);
        next++;
      }
      if (random.chance(0.3)) {
        const count = random.below(20);
        const seen: string[] = [];
        ring.fold(count, (series, time, status, ms) => seen.push(`${time}|${ms}|${series}|${status}`));
        const folded = expected.splice(0, seen.length).map((text) => text.split('|'));
        expect(seen).toEqual(folded.map(([time, ms, series, status]) => `${time}|${ms}|${series}|${status}`));
      } else {
        const rows = rowsOf(ring.shift(random.below(40)));
        expect(rows).toEqual(expected.splice(0, rows.length));
      }
    }
    expect(next).toBeGreaterThan(1_000);
  });

  it('goes without an id that is too long, or has no room, and keeps the sample', () => {
    const ring = new SampleRing(4);
    const ids = ['x'.repeat(65), 'y'.repeat(64), 'z', 'ü'];
    ids.forEach((id, time) => ring.push(time, 0, 0, 200, 0, 0, id));

    expect(ring.isFull).toBe(true);
    // Four UUIDs have room: that is 64 bytes, and the second takes them all.
    expect(rowsOf(ring.shift(4)).map((row) => row.split('|').at(-1))).toEqual(['', 'y'.repeat(64), '', '']);
    ring.push(9, 0, 0, 200, 0, 0, 'room-again');
    expect(rowsOf(ring.shift(1))).toEqual(['9|0|0|200|0|0|room-again']);
  });

  it('rounds its size up to a power of two', () => {
    expect([new SampleRing(1).capacity, new SampleRing(1_000).capacity, new SampleRing(2 ** 18).capacity]).toEqual([
      2,
      1_024,
      2 ** 18,
    ]);
  });
});

/** As clients send them: mostly UUIDs, in either case, or almost. */
function idOf(random: SeededRandom): string {
  const uuid = randomUUID();
  const kinds = [uuid, uuid, uuid.toUpperCase(), `${uuid.slice(0, 35)}g`, 'trace.1-2_3', uuid.replaceAll('-', '_'), ''];
  return kinds[random.below(kinds.length)] ?? uuid;
}

function rowsOf(columns: SampleColumns): string[] {
  return Array.from({ length: columns.length }, (_, index) => {
    const { times, durations, series, statuses, users, errors, correlationIds } = columns;
    const id = Buffer.from(correlationIds[index] ?? []).toString();
    return [times[index], durations[index], series[index], statuses[index], users[index], errors[index], id].join('|');
  });
}
