import { type AlertRuleDto } from '@lakescope/web-api';
import { ruleSentence, valueText } from './rule-sentence';

const rule = (parts: Partial<AlertRuleDto>): AlertRuleDto => ({
  id: 'a',
  name: 'Slow',
  condition: 'latency',
  endpoint: null,
  method: null,
  target: null,
  percentile: 95,
  comparison: 'above',
  threshold: 250,
  window_minutes: 5,
  hysteresis: 0.1,
  for_minutes: 0,
  enabled: true,
  webhook: null,
  state: 'ok',
  state_since: '2026-11-21T08:30:00Z',
  last_value: null,
  last_evaluated_at: null,
  last_delivery: null,
  created_at: '2026-11-21T08:30:00Z',
  updated_at: '2026-11-21T08:30:00Z',
  ...parts,
});

describe('an alert rule in words', () => {
  it.each<[Partial<AlertRuleDto>, string]>([
    [{}, 'p95 latency of all requests above 250 ms within 5 min'],
    [{ condition: 'freshness', threshold: null }, 'Late or blocked tables'],
    [{ condition: 'freshness', threshold: 5, window_minutes: null }, 'Late or blocked tables, more than 5'],
    [{ condition: 'freshness', threshold: null, target: 's3://lake/raw' }, 'Late or blocked tables in s3://lake/raw'],
    [
      { endpoint: '/api/v1/catalogs', method: 'GET', percentile: 99, for_minutes: 2 },
      'p99 latency of GET /api/v1/catalogs above 250 ms within 5 min, for 2 min',
    ],
    [
      { condition: 'error_rate', threshold: 0.05, window_minutes: 60 },
      'Error rate of all requests above 5 % within 1 h 00 min',
    ],
    [
      { condition: 'volume', comparison: 'below', threshold: 1200, method: 'POST' },
      'Number of requests of POST below 1,200 within 5 min',
    ],
    [{ condition: 'volume', threshold: 10 }, 'Number of requests above 10 within 5 min'],
    [{ condition: 'no_data', threshold: null }, 'No requests at all within 5 min'],
    [
      { condition: 'no_data', threshold: null, endpoint: '/health-check', for_minutes: 10 },
      'No requests at all to /health-check within 5 min, for 10 min',
    ],
  ])('%j', (parts, sentence) => {
    expect(ruleSentence(rule(parts))).toBe(sentence);
  });

  it('has values in the unit of what it looks at', () => {
    expect([valueText('error_rate', 0.0004), valueText('latency', 1250), valueText('volume', 12_000)]).toEqual([
      '0.04 %',
      '1.25 s',
      '12,000',
    ]);
  });
});
