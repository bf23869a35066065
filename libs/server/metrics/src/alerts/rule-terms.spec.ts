import { changedTerms, isSameQuestion, newTerms, type RuleTerms } from './rule-terms';

const fresh: RuleTerms = newTerms({ name: 'Tables', condition: 'freshness' });
const slow: RuleTerms = newTerms({
  name: 'Slow',
  condition: 'latency',
  percentile: 95,
  threshold: 100,
  window_minutes: 5,
});

describe('what an alert rule asks', () => {
  it('stays the same under another name, also of freshness whose row holds a window from a release before', () => {
    const before: RuleTerms = { ...fresh, windowMinutes: 5 };

    expect(isSameQuestion(before, changedTerms(before, { name: 'Raw tables' }))).toBe(true);
    expect(isSameQuestion(slow, changedTerms(slow, { name: 'Slower', for_minutes: 3 }))).toBe(true);
  });

  it('has no part in it that its condition does not look at', () => {
    const silent = newTerms({ name: 'Nobody comes', condition: 'no_data', window_minutes: 5 });

    expect(isSameQuestion(fresh, changedTerms(fresh, { hysteresis: 0, threshold: 0 }))).toBe(true);
    expect(isSameQuestion(silent, changedTerms(silent, { hysteresis: 0 }))).toBe(true);
    expect(isSameQuestion(slow, changedTerms(slow, { hysteresis: 0 }))).toBe(false);
    expect(isSameQuestion(fresh, changedTerms(fresh, { threshold: 3 }))).toBe(false);
  });

  it('is another with another window, another target, or another condition', () => {
    expect(isSameQuestion(slow, changedTerms(slow, { window_minutes: 10 }))).toBe(false);
    expect(isSameQuestion(fresh, changedTerms(fresh, { target: 's3://lake/raw' }))).toBe(false);
    expect(isSameQuestion({ ...slow, windowMinutes: 1 }, { ...slow, windowMinutes: 1, condition: 'freshness' })).toBe(
      false,
    );
  });
});
