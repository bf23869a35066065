import type { TestApi } from './test-api';

const RULES = '/api/v1/metrics/alerts';

/** Nobody listens there, which is found out at once. The server has to be started with it in LAKESCOPE_WEBHOOK_HOSTS. */
export const DEAF_WEBHOOK_HOST = '127.0.0.1:9';

export const ALERT_RULE = {
  name: 'Nobody comes',
  condition: 'no_data',
  window_minutes: 5,
  webhook_url: `http://${DEAF_WEBHOOK_HOST}/canary-of-the-webhook`,
} as const;

/** There is no rule any more. */
export async function withoutAlertRules(api: TestApi): Promise<void> {
  const { json } = await api.ask(RULES, { as: 'admin' });
  for (const { id } of json['items'] as { id: string }[]) {
    await api.ask(`${RULES}/${id}`, { method: 'DELETE', as: 'admin' });
  }
}

/** This is the only rule there is; answers its id. */
export async function givenAlertRule(api: TestApi): Promise<string> {
  await withoutAlertRules(api);
  const { json } = await api.ask(RULES, { method: 'POST', as: 'admin', json: ALERT_RULE });
  return String(json['id']);
}
