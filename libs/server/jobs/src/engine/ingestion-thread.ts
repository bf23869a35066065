import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import {
  IngestionRefused,
  planIngestion,
  readFences,
  runIngestion,
  S3Source,
  S3Target,
  type IngestionOptions,
  type RunEvent,
} from '@lakescope/cda';
import { Secret } from '@lakescope/databricks-client';
import { DeltaError } from '@lakescope/delta';
import { S3Config } from '@lakescope/server-config';
import { AssumedRoles, S3Clients, S3Endpoints } from '@lakescope/server-s3';
import type { EngineComplaint } from './engine.errors';
import type { FromThread, ThreadEnd, ThreadOrder, ThreadWork, ToThread } from './thread-messages';

/** Events of one message at most, and how long the first of them waits for others. */
const BATCH = 200;
const LINGER_MS = 50;
/** Messages that were not taken yet; then the engine waits. */
const UNTAKEN = 4;

/** What to do where storage says no; messages say what it was. */
const ADVICE: Readonly<Record<string, string>> = {
  STORAGE_NOT_FOUND: 'Look whether the bucket and the manifest are there.',
  STORAGE_ACCESS_DENIED: 'Give the keys of the S3 connection the right that is named.',
  STORAGE_CREDENTIALS_REJECTED: 'Enter the keys of the S3 connection again.',
  STORAGE_THROTTLED: 'Try it again with fewer tables at once.',
  STORAGE_UNAVAILABLE: 'Try it again when the storage answers.',
};

/** Sends events a few at once, and has the engine wait while too many were not taken. */
class Outbox {
  private events: RunEvent[] = [];
  private timer: NodeJS.Timeout | undefined;
  private untaken = 0;
  private wake: (() => void) | undefined;

  readonly add = async (event: RunEvent): Promise<void> => {
    this.events.push(event);
    if (this.events.length >= BATCH) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), LINGER_MS);
    while (this.untaken >= UNTAKEN) await new Promise<void>((resolve) => (this.wake = resolve));
  };

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.events.length === 0) return;
    this.untaken++;
    say({ kind: 'events', events: this.events });
    this.events = [];
  }

  taken(): void {
    this.untaken--;
    this.wake?.();
  }
}

async function main(order: ThreadOrder): Promise<void> {
  const { listed, defaultEndpoint } = order.endpoints;
  const origin = defaultEndpoint === undefined ? undefined : new URL(defaultEndpoint);
  const clients = new S3Clients(new S3Endpoints(new S3Config(listed, origin, '', undefined, [])), new AssumedRoles());
  const outbox = new Outbox();
  const stop = new AbortController();
  parentPort?.on('message', ({ kind }: ToThread) => {
    if (kind === 'stop') stop.abort();
    else outbox.taken();
  });
  try {
    if (order.kind === 'manifest') {
      const options = { ...(await sourceOf(order.source, clients)), signal: stop.signal };
      say({ kind: 'read', manifest: await readFences(options, order.knownEtag) });
      return;
    }
    const options = await optionsOf(order, clients, stop.signal);
    const { run, request } = order;
    if (run === undefined) {
      say({ kind: 'planned', plan: await planIngestion(options) });
      return;
    }
    const result = await runIngestion({
      ...options,
      runId: run.jobId,
      userName: run.userId,
      onPoison: request.on_poison,
      retryQuarantined: request.retry_quarantined,
      ...(run.manifestEtag === undefined ? {} : { manifestEtag: run.manifestEtag }),
      onEvent: outbox.add,
    });
    outbox.flush();
    say({ kind: 'ran', result });
  } catch (error) {
    outbox.flush();
    say(stop.signal.aborted ? STOPPED : lastWordOf(error));
  } finally {
    clients.onApplicationShutdown();
    parentPort?.close();
  }
}

async function sourceOf(
  source: ThreadEnd,
  clients: S3Clients,
): Promise<Pick<IngestionOptions, 'source' | 'manifestPath'>> {
  const folders = source.path.split('/');
  const manifestPath = folders.pop() ?? '';
  return {
    source: new S3Source({ client: await clientOf(clients, source), bucket: source.bucket, prefix: folders.join('/') }),
    manifestPath,
  };
}

async function optionsOf(order: ThreadWork, clients: S3Clients, signal: AbortSignal): Promise<IngestionOptions> {
  const { source, target, request } = order;
  const { include, exclude, path_rewrite } = request;
  return {
    ...(await sourceOf(source, clients)),
    target: new S3Target({ client: await clientOf(clients, target), bucket: target.bucket, prefix: target.path }),
    mode: request.mode,
    scratchDirectory: order.scratch,
    ...(include === null ? {} : { include }),
    ...(exclude === null ? {} : { exclude }),
    enforceFence: request.enforce_fence,
    ...(path_rewrite === null ? {} : { pathRewrite: path_rewrite }),
    resets: Object.fromEntries(request.resets.map(({ table, decision }) => [table, decision])),
    parallelTables: request.parallel_tables,
    signal,
  };
}

/** Storages of the library try again by themselves, so the client does not. */
function clientOf(clients: S3Clients, { endpoint, region, pathStyle, keys, role }: ThreadEnd) {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  return clients.make(
    {
      endpoint,
      region,
      pathStyle,
      keys: {
        accessKeyId: new Secret(accessKeyId),
        secretAccessKey: new Secret(secretAccessKey),
        sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
      },
      role,
    },
    { attempts: 1 },
  );
}

/** Whoever has stopped it knows. */
const STOPPED: FromThread = {
  kind: 'failed',
  complaint: {
    code: 'ENGINE_STOPPED',
    message: 'The engine was stopped before it had come to its end.',
    advice: 'Nothing is half-done: start it again.',
  },
};

function lastWordOf(error: unknown): FromThread {
  const complaint = complaintOf(error);
  if (complaint !== undefined) return { kind: 'failed', complaint };
  if (!(error instanceof Error)) return { kind: 'crashed', name: 'Error', message: String(error), stack: undefined };
  return { kind: 'crashed', name: error.name, message: error.message, stack: error.stack };
}

function complaintOf(error: unknown): EngineComplaint | undefined {
  if (error instanceof IngestionRefused) {
    const { code, message, advice } = error;
    return { code, message, advice };
  }
  if (!(error instanceof DeltaError)) return undefined;
  const { code, message } = error;
  return { code, message, advice: ADVICE[code] ?? 'Mend what the message says, and try it again.' };
}

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

void main(workerData as ThreadOrder);
