import { nextStanding, shownState, type AlertStanding, type AlertTerms } from './alert-state';

const MINUTE = 60_000;
const slow: AlertTerms = { condition: 'latency', comparison: 'above', threshold: 100, hysteresis: 0.1, forMinutes: 0 };

describe('an alert', () => {
  it.each<[string, AlertTerms, (number | null)[], string]>([
    ['begins as soon as the condition holds', slow, [100, 101], 'ok firing'],
    [
      'waits until the condition has held for long enough',
      { ...slow, forMinutes: 2 },
      [101, 101, 101],
      'pending pending firing',
    ],
    [
      'begins anew to wait when the condition did not hold in between',
      { ...slow, forMinutes: 2 },
      [101, 101, 99, 101, 101, 101],
      'pending pending ok pending pending firing',
    ],
    [
      'goes on while the value trembles around the threshold',
      slow,
      [101, 99, 91, 101, 90],
      'firing firing firing firing ok',
    ],
    ['ends at the threshold without hysteresis', { ...slow, hysteresis: 0 }, [101, 100], 'firing ok'],
    ['looks down as it looks up', { ...slow, comparison: 'below' }, [100, 99, 105, 111], 'ok firing firing ok'],
    [
      'stays as it is while there is nothing to work a value out from',
      slow,
      [null, 101, null, null, 90, null],
      'ok firing firing firing ok ok',
    ],
    [
      'tells that there are no requests, and when there are again',
      { ...slow, condition: 'no_data', threshold: null },
      [3, 0, 0, 1],
      'ok firing firing ok',
    ],
    [
      'can be about a rate that should be zero',
      { ...slow, condition: 'error_rate', threshold: 0 },
      [0, 0.01, 0],
      'ok firing ok',
    ],
  ])('%s', (_, terms, values, states) => {
    let standing: AlertStanding = { state: 'ok', since: 0 };
    const seen = values.map((value, minute) => {
      standing = nextStanding(terms, standing, value, minute * MINUTE);
      return standing.state;
    });

    expect(seen.join(' ')).toBe(states);
  });

  it('knows since when it stands as it does', () => {
    const pending = nextStanding({ ...slow, forMinutes: 1 }, { state: 'ok', since: 0 }, 101, 5 * MINUTE);
    const still = nextStanding({ ...slow, forMinutes: 2 }, pending, 101, 6 * MINUTE);
    const firing = nextStanding({ ...slow, forMinutes: 2 }, still, 101, 7 * MINUTE);

    expect([pending, still, firing].map(({ since }) => since / MINUTE)).toEqual([5, 5, 7]);
  });

  it('is not known when nothing has looked at it lately, unless nothing should', () => {
    const rule = {
      condition: 'latency',
      state: 'firing',
      enabled: true,
      lastEvaluatedAt: new Date(0),
      updatedAt: new Date(0),
    } as const;

    expect(shownState(rule, 2 * MINUTE)).toBe('firing');
    expect(shownState(rule, 4 * MINUTE)).toBe('unknown');
    expect(shownState({ ...rule, lastEvaluatedAt: null, updatedAt: new Date(3 * MINUTE) }, 4 * MINUTE)).toBe('firing');
    expect(shownState({ ...rule, enabled: false, state: 'ok' }, 4 * MINUTE)).toBe('ok');
    // Told when it changes.
    expect(shownState({ ...rule, condition: 'freshness' }, 4 * MINUTE)).toBe('firing');
  });
});
