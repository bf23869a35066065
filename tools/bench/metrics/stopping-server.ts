import 'reflect-metadata';
import { RequestObservers, type ObservedRequest } from '@lakescope/server-http';
import { CollectionState } from '@lakescope/server-metrics';
import { obviousObserver, type Notify } from './observers';
import { openProduct } from './product';
import { storedRequests } from './stored-requests';

/**
 * Observes so many requests at once, tells the parent, and stops when it is told to, storing what it can.
 * `node stopping-server.cjs ours|obvious COUNT`; the environment says where the database is.
 */
async function main(): Promise<void> {
  const [design = '', count = ''] = process.argv.slice(2);
  const { notify, stop } = design === 'ours' ? await ours() : obvious();
  process.once('SIGTERM', () => {
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  const requests = storedRequests(4_096).map((row): ObservedRequest => ({
    endpoint: row.endpoint,
    method: row.method,
    status: row.status,
    durationMs: Math.min(row.responseTimeMs, 60_000),
    userId: row.userId ?? undefined,
    errorType: row.errorType ?? undefined,
    correlationId: row.correlationId,
  }));
  for (let turn = 0; turn < Number(count); turn++) {
    const request = requests[turn & 4_095];
    if (request !== undefined) notify(request);
  }
  process.send?.('queued');
}

interface Design {
  readonly notify: Notify;
  stop(): Promise<void>;
}

async function ours(): Promise<Design> {
  const app = await openProduct(process.env, { ringSamples: 2 ** 20 });
  const observers = app.get(RequestObservers, { strict: false });
  return {
    notify: (request) => observers.notify(request),
    stop: async () => {
      await app.close();
      process.send?.(app.get(CollectionState, { strict: false }).snapshot());
    },
  };
}

/** Waits for every INSERT it has sent; nothing else could be done. */
function obvious(): Design {
  const pending = new Set<Promise<unknown>>();
  const notify = obviousObserver(process.env, (inserting) => {
    pending.add(inserting);
    inserting.then(
      () => pending.delete(inserting),
      () => pending.delete(inserting),
    );
  });
  return { notify, stop: async () => void (await Promise.allSettled(pending)) };
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
