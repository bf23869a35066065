import { draftOf, ruleBody } from './rule-draft';

const fields = (values: object) => {
  const all: Record<string, unknown> = { ...draftOf(undefined), name: ' Too slow ', ...values };
  return (name: string): string => String(all[name] ?? '');
};

describe('the form of an alert rule', () => {
  it('speaks in percent where the API speaks in ratios, without adding digits', () => {
    expect(ruleBody(fields({ threshold: '0.3', hysteresis: '7' }))).toEqual({
      name: 'Too slow',
      condition: 'error_rate',
      endpoint: null,
      method: null,
      target: null,
      percentile: null,
      comparison: 'above',
      threshold: 0.003,
      window_minutes: 5,
      for_minutes: 0,
      hysteresis: 0.07,
    });
  });

  it('sends the percentile of a latency alone, and no threshold where there can be none', () => {
    expect(ruleBody(fields({ condition: 'latency', threshold: '250', percentile: '99' }))).toMatchObject({
      percentile: 99,
      threshold: 250,
    });
    expect(
      ruleBody(fields({ condition: 'volume', threshold: '3', comparison: 'below', percentile: '99' })),
    ).toMatchObject({
      percentile: null,
      threshold: 3,
      comparison: 'below',
    });
    expect(ruleBody(fields({ condition: 'no_data', threshold: '' }))).toMatchObject({ threshold: null, hysteresis: 0 });
    expect(
      ruleBody(
        fields({
          condition: 'freshness',
          target: ' s3://lake/raw ',
          threshold: '',
          endpoint: '/api/v1/jobs',
          for_minutes: '5',
        }),
      ),
    ).toMatchObject({ target: 's3://lake/raw', threshold: null, window_minutes: null, endpoint: null, for_minutes: 0 });
    expect(ruleBody(fields({ condition: 'freshness', threshold: '3' }))).toMatchObject({ threshold: 3 });
  });

  it('keeps the webhook when its fields are empty, replaces what is filled in, and removes it when asked', () => {
    expect(ruleBody(fields({}))).not.toHaveProperty('webhook_url');
    expect(ruleBody(fields({ webhook_url: ' https://a.example/x ', webhook_secret: '' }))).toMatchObject({
      webhook_url: 'https://a.example/x',
    });
    expect(ruleBody(fields({ webhook_url: 'https://a.example/x', removes_webhook: 'on' }))).toMatchObject({
      webhook_url: null,
      webhook_secret: null,
    });
  });

  it.each([0.003, 0.07, 0.29, 1])('shows a ratio of %d as the percentage that leads back to it', (threshold) => {
    const rule = { condition: 'error_rate', threshold, hysteresis: 0.07 } as Parameters<typeof draftOf>[0];
    const draft = draftOf(rule);
    expect(draft.threshold).toMatch(/^\d+(\.\d)?$/);
    expect(ruleBody(fields(draft))).toMatchObject({ threshold, hysteresis: 0.07 });
  });
});
