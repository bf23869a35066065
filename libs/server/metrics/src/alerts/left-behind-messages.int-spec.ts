import { SealRenewal } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { AlertLimits } from './alert-limits';
import { AlertMessenger } from './alert-messenger';
import { AlertWatch } from './alert-watch';
import { AlertsApp } from './testing/alerts-app';
import { until } from './testing/until';
import { WebhookReceiver } from './testing/webhook-receiver';

const SILENT = { condition: 'no_data', percentile: null, threshold: null } as const;
const SECRET = 'canary-secret-of-the-webhook';
const OLD_SECRET = 'the secret before the rotation, 32 bytes and more';

describe('messages that an app has left behind', () => {
  it('are brought by the next one as soon as it looks, also after the secret was rotated, and the old secret can go then', async () => {
    const [stack, receiver] = await Promise.all([LocalStack.start(), WebhookReceiver.start()]);
    const env = { LAKESCOPE_WEBHOOK_HOSTS: receiver.host };
    const before = await AlertsApp.start(stack, { ...env, LAKESCOPE_SECRET: OLD_SECRET });
    before.get(AlertLimits).retrySeconds = [0.01, 0.01];
    receiver.answers = ['silence'];
    const id = await before.given({ ...SILENT, webhook_url: receiver.url, webhook_secret: SECRET });
    before.setNow(Date.now());
    await before.get(AlertWatch).evaluate();
    before.get(AlertMessenger).wake();
    await until(
      () => receiver.received.length,
      (count) => count === 1,
    );
    // It stops while the receiver has not answered yet.
    await before.stop();

    const after = await AlertsApp.start(stack, { ...env, LAKESCOPE_SECRET_PREVIOUS: OLD_SECRET });
    await after.get(AlertWatch).tick();
    await until(
      () => after.deliveries(id),
      ([one]) => one?.delivered === true,
    );

    const [lost, brought] = receiver.received;
    expect(receiver.received.length).toBe(2);
    expect(brought?.headers['x-lakescope-delivery']).toBe(lost?.headers['x-lakescope-delivery']);
    expect(brought?.text).toBe(lost?.text);
    expect(brought?.headers['x-lakescope-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    await after.get(SealRenewal).renew();
    await after.stop();

    // By now nothing needs the old secret.
    const last = await AlertsApp.start(stack, env);
    const tried = await last.ask(`/${id}/test-delivery`, { method: 'POST' });
    expect(tried).toMatchObject({ status: 200, body: { status: 'delivered' } });
    expect(receiver.received.at(-1)?.headers['x-lakescope-signature']).toMatch(/^t=/);
    await last.stop();
    await receiver.stop();
    await stack.stop();
  });
});
