import type { FaultService } from '../http/fault-plans';
import type { Fault } from '../http/faults';
import type { PostgresFaults } from '../lakebase-gateway/postgres-faults';

const identity = { method: 'GET', pathPrefix: '/api/2.0/preview/scim/v2/Me' };
const invocations = { method: 'POST', pathPrefix: '/serving-endpoints/' };
const credentials = '/api/2.0/database/credentials';

/** Faults of the REST API and of object storage that are wanted often, by the words on their buttons. */
export const FAULT_PRESETS: Readonly<
  Record<string, { readonly title: string; readonly fault: Fault; readonly service?: FaultService }>
> = {
  'identity-500': { title: 'Identity 500', fault: { ...identity, status: 500 } },
  'identity-429': {
    title: 'Identity 429, three times',
    fault: { ...identity, status: 429, headers: { 'retry-after': '2' }, times: 3 },
  },
  'identity-slow': { title: 'Identity takes 8 s', fault: { ...identity, delayMs: 8_000 } },
  'identity-garbage': {
    title: 'Identity answers garbage',
    fault: { ...identity, status: 200, body: '<html><pre>upstream connect error</pre></html>' },
  },
  'tokens-expired': { title: 'Every token expired', fault: { pathPrefix: '/api/', token: 'expired' } },
  'catalog-403': { title: 'Unity Catalog 403', fault: { pathPrefix: '/api/2.1/unity-catalog', status: 403 } },
  'files-cut': { title: 'Files break off', fault: { method: 'GET', pathPrefix: '/api/2.0/fs/files', cut: 'body' } },
  'credentials-503': { title: 'Database credentials 503', fault: { pathPrefix: credentials, status: 503 } },
  'created-later': {
    title: 'What is new is not found at first',
    fault: { pathPrefix: '/api/', hideCreatedFor: 1 },
  },
  's3-slow-down': { title: 'Storage: 503 SlowDown', fault: { status: 503 }, service: 's3' },
  's3-slow': { title: 'Storage takes 3 s', fault: { delayMs: 3_000 }, service: 's3' },
  's3-cut': { title: 'Storage breaks off', fault: { method: 'GET', cut: 'body' }, service: 's3' },
  's3-expired': { title: 'Storage: keys expired', fault: { token: 'expired' }, service: 's3' },
  'models-429': {
    title: 'Models 429, three times',
    fault: { ...invocations, status: 429, headers: { 'retry-after': '2' }, times: 3 },
  },
  'models-429-bare': { title: 'Models 429 without Retry-After', fault: { ...invocations, status: 429 } },
  'models-503': { title: 'Models 503', fault: { ...invocations, status: 503 } },
  'models-slow': { title: 'Models take 8 s', fault: { ...invocations, delayMs: 8_000 } },
  'models-cut': { title: 'Models break off', fault: { ...invocations, cut: 'connection' } },
  'stream-error': { title: 'Streams: error in the middle', fault: { ...invocations, stream: 'error', afterEvents: 5 } },
  'stream-stall': { title: 'Streams stall', fault: { ...invocations, stream: 'stall', afterEvents: 5 } },
  'stream-cut': { title: 'Streams break off', fault: { ...invocations, stream: 'cut', afterEvents: 5 } },
  'workspace-gone': { title: 'Nobody answers', fault: { pathPrefix: '/', cut: 'connection' } },
};

/** What can be done to the database, by the words on their buttons. */
export const POSTGRES_PRESETS: Readonly<
  Record<string, { readonly title: string; act(faults: PostgresFaults): unknown }>
> = {
  away: {
    title: 'Database goes away',
    act: (faults) => {
      // Nobody may come back between the two.
      faults.refuse();
      return faults.killSessions();
    },
  },
  refuse: { title: 'Refuse new connections only', act: (faults) => faults.refuse() },
  reset: { title: 'Reset sessions', act: (faults) => faults.reset() },
  'kill-sessions': { title: 'Kill sessions (57P01)', act: (faults) => faults.killSessions() },
  stall: { title: 'Stall', act: (faults) => faults.stall() },
  delay: { title: 'Slow: 250 ms each way', act: (faults) => faults.delay(250) },
  'reject-credential': { title: 'Refuse one credential (28P01)', act: (faults) => faults.rejectCredentials(1) },
  'reject-credentials': { title: 'Refuse all credentials (28P01)', act: (faults) => faults.rejectCredentials() },
  'too-many': { title: 'Too many connections (53300)', act: (faults) => faults.refuseLogins('53300') },
};
