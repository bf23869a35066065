import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AS_WHOM,
  BEFORE_EVERY_OPERATION,
  BY_ITSELF,
  type DatabaseUse,
  type PlatformCall,
} from '@lakescope/server-auth';
import { currentCorrelationId } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { givenDeltaTable } from '@lakescope/server-testing';
import { ALERT_RULE, DEAF_WEBHOOK_HOST, givenAlertRule, withoutAlertRules } from '../testing/given-alert-rule';
import { CHAT, endpointFor, givenEndpoints } from '../testing/given-endpoints';
import { givenEngine, givenJob, givenSchedule, jobBodyOf, TARGET } from '../testing/given-jobs';
import { givenGrant, givenS3Connection, givenS3Object, s3BodyOf, withoutS3Connections } from '../testing/given-s3';
import { TestApi, type Answer, type Ask } from '../testing/test-api';

const SCOPES = ['files', 'model-serving', 'sql', 'unity-catalog'];
const TABLES = '/Volumes/demo/lake/tables';
const TABLE = `${TABLES}/airports`;
const TABLE_NAME = 'demo.lake.airports';
const PROJECT = { slug: 'one', content: 'name: One\n' };
const FOLDER = '/Volumes/demo/lake/files';
const PREFERENCE = { preference_key: 'theme', preference_value: 'dark' };

interface Operation {
  id: string;
  method: string;
  path: string;
  isPublic: boolean;
}

/** What the operations need to be asked for something; the others need nothing. */
const QUERIES: Readonly<Record<string, string>> = {
  listSchemas: '?catalog=demo',
  listVolumes: '?catalog=demo&schema=lake',
  listTableNames: '?catalog=demo&schema=lake',
  listTables: '?catalog=demo&schema=lake',
  searchCatalog: '?q=air',
  searchEverything: '?q=air',
  listFiles: '?path=/Volumes/demo/lake/files',
  headFileContent: '?path=/Volumes/demo/lake/files/hello.txt',
  getFileContent: '?path=/Volumes/demo/lake/files/hello.txt',
  previewFile: `?path=${FOLDER}/hello.txt`,
  putFileContent: `?path=${FOLDER}/hello.txt`,
  deleteFile: `?path=${FOLDER}/gone.txt`,
  deleteDirectory: `?path=${FOLDER}/gone`,
  discoverTablesByPath: `?path=${TABLES}`,
  describeTableByPath: `?path=${TABLE}`,
  getTableSchemaByPath: `?path=${TABLE}`,
  getTableHistoryByPath: `?path=${TABLE}`,
  previewTableByPath: `?path=${TABLE}`,
  listTableFilesByPath: `?path=${TABLE}`,
  checkTableHealthByPath: `?path=${TABLE}`,
  readTableLogByPath: `?path=${TABLE}`,
  diffTableByPath: `?path=${TABLE}&from_version=0&to_version=0`,
  purgeOrphanedRecords: '?dry_run=false',
  getQueryContent: '?format=csv',
  deleteFreshness: `?target_uri=${TARGET}`,
  deleteFreshnessThreshold: '?target_uri=s3://a-bucket/raw',
  // Another time than that of getPerformanceMetrics, whose answer is remembered for a moment.
  exportPerformanceMetrics: '?time_range=7d',
};
const OF_TABLE = { source: { kind: 'volume', path: TABLE } };
const BODIES: Readonly<Record<string, unknown>> = {
  putPreference: PREFERENCE,
  postPreference: PREFERENCE,
  putLakebasePreference: PREFERENCE,
  postLakebasePreference: PREFERENCE,
  putFileContent: 'content',
  putDirectory: { path: `${FOLDER}/new` },
  createDownloadUrl: { path: `${FOLDER}/hello.txt` },
  startUpload: { path: `${FOLDER}/uploaded.txt`, size_bytes: 3 },
  putUploadPart: 'abc',
  discoverTables: { source: { kind: 'volume', path: TABLES } },
  describeTable: OF_TABLE,
  getTableSchema: OF_TABLE,
  getTableHistory: OF_TABLE,
  previewTable: OF_TABLE,
  exportTablePreview: { ...OF_TABLE, format: 'json' },
  listTableFiles: OF_TABLE,
  checkTableHealth: OF_TABLE,
  readTableLog: OF_TABLE,
  diffTable: { ...OF_TABLE, from_version: 0, to_version: 0 },
  recordUsageEvents: { events: [{ event_type: 'page_view', page_name: '/catalog' }] },
  createAlertRule: ALERT_RULE,
  updateAlertRule: { for_minutes: 1 },
  runOperation: { op: 'me' },
  createVolume: { catalog: 'demo', schema: 'lake', name: 'tables' },
  runQuery: { catalog: 'demo', schema: 'lake', table: 'airports', wait_ms: 10_000 },
  exportQuery: { format: 'csv', destination: `${FOLDER}/exports` },
  putUnityCatalogSchema: { uc_schema: 'demo.lake' },
  createProject: PROJECT,
  rerunInference: {},
  invokeServingEndpoint: CHAT,
  streamServingEndpoint: CHAT,
  saveProject: { content: 'name: Saved\n' },
};

/** For bodies that are no JSON: a text without a type is what any site could send. */
const BYTES = { 'Content-Type': 'application/octet-stream' };

/** Those that are asked of a job that has ended: the others could wait for it. */
const ENDED: ReadonlySet<string> = new Set(['retryJob', 'streamJobEvents', 'streamJobLogs', 'downloadJobLogs']);

/** Those that replace a version that was seen. */
const CONDITIONAL: ReadonlySet<string> = new Set(['saveProject', 'putFileContent']);

const OPERATIONS = operationsOf('libs/contract/openapi.json');

describe('the table that says as whom each operation runs', () => {
  let api: TestApi;
  let thread: string;
  const usedDatabase = new Map<string, Set<DatabaseUse>>();

  beforeAll(async () => {
    watch('asUser', 'user');
    watch('asSystem', 'system');
    watch('ask', 'nobody');
    api = await TestApi.start({
      env: { LAKESCOPE_WEBHOOK_HOSTS: DEAF_WEBHOOK_HOST, LAKESCOPE_UC_SCHEMA: 'demo.lake' },
    });
    await api.stack.volume('demo.lake.projects');
    await api.stack.volume('demo.lake.files', { 'hello.txt': 'hello' });
    await api.stack.volume('demo.lake.tables');
    const folder = join(api.stack.workspace.volumeDirectory('demo', 'lake', 'tables'), 'airports');
    await givenDeltaTable(folder, { versions: [[{ iata: 'ZRH', name: 'Zürich' }]] });
    await api.stack.workspace.registerTable(TABLE_NAME, TABLE);
    await givenS3Object(api);
    await givenEndpoints(api);
    thread = await givenEngine(api);
  });

  afterAll(async () => {
    await api.stop();
    await rm(thread, { recursive: true, force: true });
    jest.restoreAllMocks();
  });

  it('has a row for every operation, and no other', () => {
    expect(Object.keys(AS_WHOM).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
  });

  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    'is right about %s',
    async (id, operation) => {
      const { calls, database } = AS_WHOM[id] ?? { calls: [], database: [] };

      const { answer, made, used } = await run(operation, SCOPES);

      expect([id, answer.status < 300]).toEqual([id, true]);
      const allowed = new Set([...calls, ...(operation.isPublic ? [] : [BEFORE_EVERY_OPERATION])].map(inOneLine));
      const byItself = new Set(BY_ITSELF.map(inOneLine));
      expect([...made].filter((call) => !allowed.has(call) && !byItself.has(call))).toEqual([]);
      expect(certain(calls, 'on Lakebase Provisioned').filter((call) => !made.has(call))).toEqual([]);
      expect([...used].sort()).toEqual([...database].sort());
    },
  );

  const NEED_SCOPES = OPERATIONS.flatMap((operation) => {
    const calls = (AS_WHOM[operation.id]?.calls ?? []).filter(
      ({ when }) => when === undefined || when === 'not remembered',
    );
    const scopes = new Set(calls.flatMap(({ scope }) => scope ?? []));
    // These look at what may be done, or say of each place why it could not be searched, and so never refuse.
    if (['getStatus', 'getMyPermissions', 'searchEverything'].includes(operation.id)) return [];
    return [...scopes].map((scope) => [operation.id, scope, operation] as const);
  });

  it.each(NEED_SCOPES)('is right that %s needs the scope %s', async (_, scope, operation) => {
    // Whoever may run SQL browses with it.
    const without = scope === 'unity-catalog' ? [scope, 'sql'] : [scope];
    const { answer } = await run(
      operation,
      SCOPES.filter((one) => !without.includes(one)),
    );

    expect(answer.status).toBe(403);
    // The answer to HEAD has no body.
    if (operation.method !== 'HEAD')
      expect(answer.json).toMatchObject({ error_code: 'SCOPE_MISSING', technical_details: { scopes: [scope] } });
  });

  it('is right that everything else needs no scope at all', async () => {
    const refused: string[] = [];
    for (const operation of OPERATIONS) {
      const needs = (AS_WHOM[operation.id]?.calls ?? []).some(({ scope }) => scope !== undefined);
      if (!needs && (await run(operation, [])).answer.status >= 300) refused.push(operation.id);
    }

    expect(refused).toEqual([]);
  });

  it('is right about Lakebase Autoscaling, too', async () => {
    const provisioned = api;
    api = await TestApi.start({ lakebase: 'autoscaling' });
    try {
      for (const operation of OPERATIONS) {
        const { calls } = AS_WHOM[operation.id] ?? { calls: [] };
        if (!calls.some(({ when }) => when === 'on Lakebase Autoscaling')) continue;

        const { made } = await run(operation, SCOPES);

        const missing = certain(calls, 'on Lakebase Autoscaling').filter((call) => !made.has(call));
        expect([operation.id, missing]).toEqual([operation.id, []]);
        expect([...made].filter((call) => call.includes('/database/'))).toEqual([]);
      }
    } finally {
      await api.stop();
      api = provisioned;
    }
  });

  /** Asked by an administrator, whom no route refuses, with a token nobody knows yet. */
  async function run(
    { id, method, path }: Operation,
    scopes: string[],
  ): Promise<{ answer: Answer; made: Set<string>; used: Set<DatabaseUse> }> {
    if (method === 'DELETE') await api.ask('/api/v1/preferences', { method: 'PUT', as: 'admin', json: PREFERENCE });
    if (id === 'createAlertRule') await withoutAlertRules(api);
    if (path.includes('/projects')) await withOneProject(id !== 'createProject');
    if (path.includes('/files')) await withFiles();
    const ruleId = path.includes('/alerts/{id}') ? await givenAlertRule(api) : '';
    const uploadId = path.includes('/uploads/{id}') ? await givenUpload(id === 'completeUpload') : '';
    const queryId = path.includes('/query/{id}') ? await givenQuery() : '';
    const connectionId = path.includes('/s3/') ? await s3ConnectionFor(id) : '';
    // Of somebody else, so that it is seen as what an administrator sees.
    const jobId = path.includes('/jobs/{id}')
      ? await givenJob(api, 'analyst', ENDED.has(id) ? 'failed' : 'pending')
      : '';
    const scheduleId = path.includes('/schedules/{id}') ? await givenSchedule(api, 'analyst') : '';
    const grantee = api.stack.workspace.personas.analyst.userName;
    if (id === 'revokeS3Connection') await givenGrant(api, connectionId, 'admin', grantee);
    const exportId = path.includes('{export_id}') ? await givenExport(queryId) : '';
    const requestId = path.includes('{request_id}') ? await givenInvocation() : '';
    const jobBody = path.startsWith('/api/v1/jobs') ? await jobBodyOf(api, id) : undefined;
    const { workspace } = api.stack;
    const { token } = await workspace.issueUserToken('admin', scopes);
    const before = workspace.requestLog.count();
    const correlationId = randomUUID();
    const answer = await ask(
      path
        .replace('{key}', 'theme')
        .replace('{name}', endpointFor(path))
        .replace('{id}', ruleId + uploadId + queryId + connectionId + jobId + scheduleId)
        .replace('{grantee}', grantee)
        .replace('{export_id}', exportId)
        .replace('{request_id}', requestId)
        .replace('{part}', '1')
        .replace('{version}', '0')
        .replace('{table}', 'cc_claim')
        .replace('{slug}', PROJECT.slug)
        .replace('{full_name}', TABLE_NAME) + (QUERIES[id] ?? ''),
      {
        method,
        token,
        headers: {
          ...(typeof BODIES[id] === 'string' ? BYTES : {}),
          'X-Correlation-ID': correlationId,
          ...(CONDITIONAL.has(id) ? { 'If-Match': '*' } : {}),
        },
        ...(id in BODIES ? bodyOf(BODIES[id]) : {}),
        ...(jobBody === undefined ? {} : bodyOf(jobBody)),
        ...(path.includes('/s3/') ? bodyOf(s3BodyOf(api, id, connectionId)) : {}),
      },
    );
    if (id === 'exportQuery' && answer.status < 300) {
      await exportEnded(queryId, String((answer.json as { export_id: string }).export_id));
    }
    const made = workspace.requestLog
      .entries()
      .slice(-(workspace.requestLog.count() - before) || Infinity)
      // Storage that somebody has keys for is no part of the platform.
      .filter(({ route }) => route?.startsWith('s3') !== true);
    return {
      answer,
      made: new Set(made.map((one) => inOneLine({ as: whoIs(one.principal), route: `${one.method} ${one.route}` }))),
      used: usedDatabase.get(correlationId) ?? new Set(),
    };
  }

  /** What is written and deleted is there as before. */
  async function withFiles(): Promise<void> {
    const folder = api.stack.workspace.volumeDirectory('demo', 'lake', 'files');
    await rm(join(folder, 'uploaded.txt'), { force: true });
    await mkdir(join(folder, 'gone'), { recursive: true });
    for (const name of ['hello.txt', 'gone.txt']) await writeFile(join(folder, name), 'hello');
  }

  /** A query of the administrator's that has succeeded. */
  async function givenQuery(): Promise<string> {
    const query = '/api/v1/unity-catalog/query';
    const { json } = await api.ask(query, { method: 'POST', as: 'admin', json: BODIES['runQuery'] });
    return String((json as { query_id: string }).query_id);
  }

  /** A file that was made of it. */
  async function givenExport(queryId: string): Promise<string> {
    const path = `/api/v1/unity-catalog/query/${queryId}/export`;
    const { json } = await api.ask(path, { method: 'POST', as: 'admin', json: BODIES['exportQuery'] });
    const exportId = String((json as { export_id: string }).export_id);
    await exportEnded(queryId, exportId);
    return exportId;
  }

  async function exportEnded(queryId: string, exportId: string): Promise<void> {
    for (;;) {
      const path = `/api/v1/unity-catalog/query/${queryId}/exports/${exportId}`;
      const { json } = await api.ask(path, { as: 'admin' });
      if (!['PENDING', 'RUNNING'].includes(String((json as { status: string }).status))) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** An invocation of a model in the administrator's history. */
  async function givenInvocation(): Promise<string> {
    const requestId = randomUUID();
    await api.app.get(Database).asSystem((tx) =>
      tx.query(
        `INSERT INTO model_inference_logs (request_id, user_id, endpoint_name, status, inputs, correlation_id, completed_at)
         VALUES ($1, $2, 'chat', 'SUCCESS', $3, 'c', now())`,
        [requestId, api.stack.workspace.personas.admin.userName, JSON.stringify(CHAT.inputs)],
      ),
    );
    return requestId;
  }

  /** The one connection of the administrator's, or a place for one. */
  async function s3ConnectionFor(id: string): Promise<string> {
    if (id !== 'createS3Connection') return givenS3Connection(api, 'admin');
    await withoutS3Connections(api);
    return '';
  }

  /** An upload of the administrator's. */
  async function givenUpload(hasParts: boolean): Promise<string> {
    const uploads = '/api/v1/unity-catalog/files/uploads';
    const started = await api.ask(uploads, { method: 'POST', as: 'admin', json: BODIES['startUpload'] });
    const id = String((started.json as { upload_id: string }).upload_id);
    if (hasParts)
      await api.ask(`${uploads}/${id}/parts/1`, { method: 'PUT', as: 'admin', body: 'abc', headers: BYTES });
    return id;
  }

  /** The project and nothing else, or nothing at all. */
  async function withOneProject(isThere: boolean): Promise<void> {
    const folder = api.stack.workspace.volumeDirectory('demo', 'lake', 'projects');
    for (const name of await readdir(folder)) await rm(join(folder, name));
    if (isThere) await writeFile(join(folder, `${PROJECT.slug}.proj.yaml`), PROJECT.content);
  }

  async function ask(path: string, how: Ask): Promise<Answer> {
    if (how.method !== 'HEAD') return api.ask(path, how);
    const headers = { ...how.headers, 'X-Forwarded-Access-Token': how.token ?? '' };
    const { status, headers: answered } = await fetch(api.url + path, { method: 'HEAD', headers });
    return { status, headers: answered, text: '', json: {} };
  }

  /** Notes which request used the database so; what it does is left as it is. */
  function watch(method: 'asUser' | 'asSystem' | 'ask', use: DatabaseUse): void {
    const original = Database.prototype[method] as (...args: unknown[]) => Promise<unknown>;
    jest.spyOn(Database.prototype, method).mockImplementation(function (this: Database, ...args: unknown[]) {
      const id = currentCorrelationId() ?? '';
      usedDatabase.set(id, (usedDatabase.get(id) ?? new Set()).add(use));
      return original.apply(this, args);
    });
  }

  function whoIs(principal: string | undefined): PlatformCall['as'] {
    if (principal === undefined) return 'nobody';
    return principal === api.stack.workspace.servicePrincipal.clientId ? 'app' : 'user';
  }
});

/** Calls that are made each time with this kind of database. */
function certain(calls: readonly PlatformCall[], kind: PlatformCall['when']): string[] {
  return calls.filter(({ when }) => when === undefined || when === kind).map(inOneLine);
}

function inOneLine({ as, route }: Pick<PlatformCall, 'as' | 'route'>): string {
  return `as ${as}: ${route}`;
}

/** Text is sent as it is, everything else as JSON. */
function bodyOf(body: unknown): Ask {
  return typeof body === 'string' ? { body } : { json: body };
}

function operationsOf(file: string): Operation[] {
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, security }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      isPublic: security.length === 0,
    })),
  );
}
