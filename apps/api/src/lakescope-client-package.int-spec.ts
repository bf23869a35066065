import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { givenDeltaTable } from '@lakescope/server-testing';
import { TestApi } from './testing/test-api';

const run = promisify(execFile);
const LAKE = '/Volumes/demo/lake/tables';

/** The client as it is published, in processes of its own, with a service principal's token, through the apps proxy. */
describe('the client as other services get it', () => {
  let api: TestApi;
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    api = await TestApi.start({ warehouseStartMilliseconds: 0 });
    const { workspace } = api.stack;
    const { clientId, clientSecret } = workspace.servicePrincipal;
    await api.stack.volume('demo.lake.tables', { 'broken/_delta_log/00000000000000000000.json': '{"half' });
    await givenDeltaTable(join(workspace.volumeDirectory('demo', 'lake', 'tables'), 'flights'), {
      versions: [[{ carrier: 'LH', delay: 7 }], [{ carrier: 'AF', delay: 0 }]],
    });
    await workspace.registerTable('demo.lake.flights', `${LAKE}/flights`);
    await workspace.grant('CATALOG', 'demo', clientId, [
      'USE_CATALOG',
      'USE_SCHEMA',
      'SELECT',
      'READ_VOLUME',
      'WRITE_VOLUME',
    ]);
    environment = {
      PATH: String(process.env['PATH']),
      LAKESCOPE_URL: await api.stack.frontDoor(api.url),
      DATABRICKS_HOST: workspace.url,
      DATABRICKS_CLIENT_ID: clientId,
      DATABRICKS_CLIENT_SECRET: clientSecret,
    };
    folder = await installed();
  }, 120_000);

  afterAll(async () => {
    await api.stop();
    await rm(folder, { recursive: true, force: true });
  });

  describe('in the examples of its README', () => {
    it('lists tables and previews them, or says what that needs', async () => {
      const { stdout: stopped } = await example('tables.mjs', 'demo', 'lake');
      const { stdout: started } = await example('tables.mjs', 'demo', 'lake', '--start');

      expect(stopped).toBe('flights needs Serverless Starter Warehouse, started by --start\n');
      expect(started).toContain("'LH'");
    });

    it('queries rows, each a line of JSON', async () => {
      const { stdout } = await example('query.mjs', 'demo.lake.flights', '5');
      const rows = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);

      expect(rows).toEqual([
        { carrier: 'AF', delay: '0' },
        { carrier: 'LH', delay: '7' },
      ]);
    });

    it('says why a query has no rows', async () => {
      const failure = example('query.mjs', 'demo.lake.nothing').catch((error: unknown) => error);

      expect(await failure).toMatchObject({ code: 1, stderr: expect.stringContaining('TABLE_NOT_FOUND') as string });
    });

    it('puts a file into a volume and reads it back, also a second time', async () => {
      await writeFile(join(folder, 'here.txt'), 'from here');
      const target = `${LAKE}/there ä.txt`;

      const first = await example('files.mjs', 'here.txt', target);
      const second = await example('files.mjs', 'here.txt', target);

      expect(first.stdout).toContain(`${target}: 9 bytes of text/plain`);
      expect(second.stdout).toContain('is there already');
      const stored = join(api.stack.workspace.volumeDirectory('demo', 'lake', 'tables'), 'there ä.txt');
      expect(await readFile(stored, 'utf8')).toBe('from here');
    });
  });

  describe('in a small service', () => {
    let service: ChildProcess;
    let url: string;

    beforeAll(async () => {
      service = spawn(process.execPath, ['service/main.mjs'], {
        cwd: folder,
        env: { ...environment, PORT: '0' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (service.stdout === null) throw new Error('The service has no output');
      [url] = (await once(createInterface({ input: service.stdout }), 'line')) as [string];
    });

    afterAll(async () => {
      const ended = once(service, 'exit');
      service.kill();
      await ended;
    });

    it('tells how old tables are, and why one cannot be read', async () => {
      const { status, body } = await ask(`${LAKE}&hours=1`);

      expect(status).toBe(200);
      expect(body).toEqual({
        tables: [
          expect.objectContaining({ path: `${LAKE}/broken`, unreadable: 'TABLE_CORRUPT' }),
          { path: `${LAKE}/flights`, version: 1, committed_at: expect.any(String) as string, stale: false },
        ],
      });
    });

    it('acts as the service principal, which sees what it was granted', async () => {
      await api.stack.volume('secret.lake.tables');

      const { status, body } = await ask('/Volumes/secret/lake/tables');

      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).toMatchObject({ error: expect.stringMatching(/PERMISSION_DENIED|NOT_FOUND/) as string });
      const [line] = api.logOf(String(body['correlation_id'])).filter((one) => 'user_id' in one);
      expect(line?.['user_id']).toBe(api.stack.workspace.servicePrincipal.clientId);
    });

    it('refuses what it does not understand itself', async () => {
      expect(await ask('')).toMatchObject({ status: 400 });
      expect(await ask(`${LAKE}&hours=-1`)).toMatchObject({ status: 400 });
      expect((await fetch(`${url}//`)).status).toBe(400);
    });

    async function ask(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
      const answer = await fetch(`${url}/freshness?path=${path}`);
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    }
  });

  function example(name: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, [`node_modules/@lakescope/client/examples/${name}`, ...args], {
      cwd: folder,
      env: environment,
    });
  }

  async function installed(): Promise<string> {
    const target = await realpath(await mkdtemp(join(tmpdir(), 'lakescope-service-')));
    const place = join(target, 'node_modules/@lakescope/client');
    await cp('libs/client/examples', join(place, 'examples'), { recursive: true });
    await cp('libs/client/package.json', join(place, 'package.json'));
    // Not by `npm pack`, which builds in the folder of the library: its own spec does that, perhaps at this moment.
    const build = [resolve('tools/build/build-package.mjs'), join(place, 'dist')];
    await run(process.execPath, build, { cwd: 'libs/client' });
    await cp('tools/client-example', join(target, 'service'), { recursive: true });
    return target;
  }
});
