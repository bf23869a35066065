import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { errorCode } from '../../state/error-code';
import { ask, givenFolder } from '../../testing/given-workspace';
import { startWorkspace } from '../../workspace/start-workspace';

/** The workspace as a process of its own, so that it can be killed. */
const PROGRAM = `
import { startWorkspace } from '../../workspace/start-workspace';
async function main(): Promise<void> {
  const workspace = await startWorkspace({ port: 0, stateDirectory: process.argv[2] ?? '', warehouseStartMilliseconds: 0 });
  const { port, warehouseId, personas } = workspace;
  process.stdout.write(JSON.stringify({ port, warehouseId, personas }));
}
void main();
`;
const KILLS = 2;
const ROWS = 50;

type Workspace = Parameters<typeof ask>[0];

describe('tables after kill -9 of the workspace', () => {
  let folder: string;
  let program: string;
  beforeAll(async () => {
    folder = await givenFolder();
    program = join(folder, 'workspace.cjs');
    await build({
      stdin: { contents: PROGRAM, resolveDir: __dirname, loader: 'ts' },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
      // Only `require` looks for packages where NODE_PATH says.
      supported: { 'dynamic-import': false },
      tsconfig: resolve('tsconfig.server.json'),
      keepNames: true,
      logLevel: 'error',
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function sql(workspace: Workspace, statement: string): Promise<(string | null)[][]> {
    const { warehouseId, personas } = workspace;
    const body = JSON.stringify({ warehouse_id: warehouseId, statement, wait_timeout: '30s', catalog: 'shop' });
    const answer = await ask(workspace, '/api/2.0/sql/statements', {
      method: 'POST',
      token: personas.admin.token,
      body,
    });
    const { status, result } = answer.json<{
      status: { state: string; error?: { message: string } };
      result?: { data_array?: (string | null)[][] };
    }>();
    if (status.state !== 'SUCCEEDED') throw new Error(status.error?.message ?? status.state);
    return result?.data_array ?? [];
  }

  it('hold every change that was acknowledged, each whole, and every file that was loaded once', async () => {
    const stateDirectory = join(folder, 'state');
    const drop = join(stateDirectory, 'volumes/shop/sales/drop');
    const first = await startWorkspace({ port: 0, stateDirectory, warehouseStartMilliseconds: 0 });
    await first.createCatalog('shop');
    await first.createSchema('shop', 'sales');
    await first.createVolume('shop', 'sales', 'drop');
    await sql(first, `CREATE TABLE sales.accounts AS SELECT id, 0 AS turn FROM range(${ROWS})`);
    await sql(first, 'CREATE TABLE sales.loaded (id STRING)');
    await first.close();
    await mkdir(drop, { recursive: true });

    let acknowledged = 0;
    let files = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, [program, stateDirectory], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_PATH: resolve('node_modules') },
      });
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      const workspace = JSON.parse(said.toString()) as Workspace;
      let isUp = true;
      const work = async (one: () => Promise<void>): Promise<void> => {
        while (isUp) {
          await one().catch((error: unknown) => {
            // Whoever speaks to a process that is killed hears of it.
            if (errorCode(error) === undefined) throw error;
          });
        }
      };
      const before = acknowledged;
      const working = [
        work(async () => {
          await sql(workspace, 'UPDATE sales.accounts SET turn = turn + 1');
          acknowledged += 1;
        }),
        work(async () => {
          files += 1;
          await writeFile(join(drop, `${files}.csv`), `id\n${files}\n`);
          await sql(
            workspace,
            `COPY INTO sales.loaded FROM '/Volumes/shop/sales/drop' FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true')`,
          );
        }),
      ];
      const twoMore = (async () => {
        while (acknowledged < before + 2) await delay(5);
        await delay(23 * kill);
      })();
      await Promise.race([twoMore, ...working]);
      child.kill('SIGKILL');
      isUp = false;
      await Promise.all([once(child, 'exit'), ...working]);
    }

    const last = await startWorkspace({ port: 0, stateDirectory, warehouseStartMilliseconds: 0 });
    const [[count, least, most] = []] = await sql(last, 'SELECT count(*), min(turn), max(turn) FROM sales.accounts');
    expect([count, least]).toEqual([String(ROWS), most]);
    expect(acknowledged).toBeGreaterThanOrEqual(2 * KILLS);
    // One statement at each kill may have been committed and not acknowledged.
    expect(Number(most)).toBeGreaterThanOrEqual(acknowledged);
    expect(Number(most)).toBeLessThanOrEqual(acknowledged + KILLS);
    await sql(
      last,
      `COPY INTO sales.loaded FROM '/Volumes/shop/sales/drop' FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true')`,
    );
    expect(await sql(last, 'SELECT count(*), count(DISTINCT id) FROM sales.loaded')).toEqual([
      [String(files), String(files)],
    ]);
    await last.close();
  }, 60_000);
});
