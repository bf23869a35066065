import { completeness } from './completeness';

const whole = {
  state: 'ok' as const,
  observed: 100,
  written: 96,
  overflow: 0,
  dropped: 0,
  dropped_by_reason: {},
  in_ring: 4,
  unclean_boots: [],
};

describe('completeness', () => {
  it('has nothing to say when nothing is missing', () => {
    expect(completeness(whole)).toEqual({ tone: 'ok', text: '0 lost', reasons: [] });
  });

  it('counts what was dropped and says why', () => {
    const { tone, text, reasons } = completeness({
      ...whole,
      dropped: 3,
      dropped_by_reason: { poison: 1, odd: 2, none: 0 },
    });
    expect({ tone, text }).toEqual({ tone: 'bad', text: '3 lost' });
    expect(reasons).toEqual(['1 were dropped: the database refused them.', '2 were dropped: odd.']);
  });

  it('does not claim to know what went with a replica', () => {
    const boot = { boot_id: '6f1f2a34-6a43-4c1b-8f0e-1f0a4f6f8a11', last_seen_at: '2026-01-01T00:00:00Z', at_most: 12 };
    const { text, reasons } = completeness({ ...whole, unclean_boots: [boot] });
    expect(text).toBe('at most 12 lost');
    expect(reasons[0]).toContain('Replica 6f1f2a34');
  });

  it('warns of what lacks its details, and of a database that is away', () => {
    expect(completeness({ ...whole, overflow: 5 })).toMatchObject({ tone: 'warn', text: '0 lost' });
    expect(completeness({ ...whole, state: 'degraded' }).reasons[0]).toContain('4 wait in memory');
    expect(completeness({ ...whole, state: 'off' })).toMatchObject({ tone: 'bad' });
  });
});
