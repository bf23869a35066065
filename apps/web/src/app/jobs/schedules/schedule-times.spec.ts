import { knownZones, ownZone, presetOf, timeIn } from './schedule-times';

describe('when a schedule is due', () => {
  it('is said in words where it is one of the presets', () => {
    expect(presetOf(' 0  2 * * * ')).toBe('Every day at 02:00');
    expect(presetOf('7 2 * * *')).toBeUndefined();
  });

  it('is told on the clock of its zone, in summer as in winter', () => {
    expect(timeIn('Europe/Berlin', '2026-07-01T00:00:00.000Z')).toContain('02:00');
    expect(timeIn('Europe/Berlin', '2026-12-01T01:00:00.000Z')).toContain('02:00');
    expect(timeIn('America/New_York', '2026-07-01T00:00:00.000Z')).toContain('20:00');
  });

  it('is told in UTC where this browser does not know the zone', () => {
    expect(timeIn('Mars/Olympus', '2026-07-01T05:30:00.000Z')).toMatch(/05:30.*UTC/);
  });

  it('may be in the zone of this device, which is offered first', () => {
    expect(knownZones()[0]).toBe(ownZone());
    expect(new Set(knownZones()).size).toBe(knownZones().length);
  });
});
