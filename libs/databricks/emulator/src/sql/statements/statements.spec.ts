import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Principal } from '../../identity/directory';
import { AccessControl } from '../../object-permissions/access-control';
import { SqlFailure } from '../engine/sql-failure';
import type { SqlRequest, SqlResult } from '../engine/sql-request';
import { Warehouses } from '../warehouses/warehouses';
import { openWarehousesDocument } from '../warehouses/warehouses-document';
import { parseStatementRequest } from './statement-request';
import type { Statement } from './statement';
import { PLATFORM_TIMES, Statements, type StatementTimes } from './statements';

function somebody(name: string): Principal {
  return {
    ...{ kind: 'user', id: '1', name, displayName: name, givenName: undefined, familyName: undefined, active: true },
    ...{ entitlements: [], memberships: [], groups: [] },
  };
}

/** Rows that do not fit into the memory of a small result. */
const MANY_ROWS = Array.from({ length: 40_000 }, (_, row) => [String(row)]);

/** What a statement's text asks the engine to do here. Rules of life alone are tried: real SQL has its own specs. */
async function run({ text, signal }: SqlRequest): Promise<SqlResult> {
  if (text === 'FAIL') throw new SqlFailure('TABLE_OR_VIEW_NOT_FOUND', 'The table cannot be found.', '42P01');
  if (text === 'CRASH') throw new TypeError('undefined is not a function');
  if (text === 'HANG') await delay(60_000, undefined, { signal });
  return {
    columns: [{ name: 'n', position: 0, typeName: 'INT', typeText: 'INT' }],
    async *chunks() {
      yield text === 'LARGE' ? MANY_ROWS : [['1']];
      if (text === 'HANG LATER') await delay(60_000, undefined, { signal });
    },
    truncated: () => false,
    close: () => Promise.resolve(),
  };
}

describe('statements', () => {
  const [ada, bob] = [somebody('ada'), somebody('bob')];
  let folder: string;
  let warehouses: Warehouses;
  let statements: Statements;
  let faults: unknown[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lakescope-statements-'));
    warehouses = new Warehouses(
      await openWarehousesDocument(folder, ada.name),
      { startMilliseconds: 5, stopMilliseconds: 5 },
      await AccessControl.open(folder),
    );
    statements = await open();
  });
  afterEach(async () => {
    await statements.close();
    await warehouses.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (times: Partial<StatementTimes> = {}) => {
    faults = [];
    return Statements.open({
      engine: { run },
      warehouses,
      directory: join(folder, 'temp'),
      times: { ...PLATFORM_TIMES, ...times },
      report: (_id, fault) => faults.push(fault),
    });
  };
  const start = (text: string, more: object = {}, caller = ada) =>
    statements.start(caller, parseStatementRequest({ warehouse_id: warehouses.defaultId, statement: text, ...more }));
  const until = async (statement: Statement, state: string) => {
    while (statement.status.state !== state) await delay(2);
  };

  it('are pending while the warehouse starts, then run, then have succeeded', async () => {
    const statement = start('SELECT 1');
    const states = [statement.status.state];
    while (!statement.hasEnded) {
      if (states.at(-1) !== statement.status.state) states.push(statement.status.state);
      await delay(0);
    }

    expect(states[0]).toBe('PENDING');
    expect(statement.status).toEqual({ state: 'SUCCEEDED' });
    expect(statement.result?.file.rowCount).toBe(1);
    expect(statement.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  });

  it('that fail say why, and a fault of the workspace is reported, not told', async () => {
    const [failing, crashing] = [start('FAIL'), start('CRASH')];
    await Promise.all([failing.ended, crashing.ended]);

    expect(failing.status).toEqual({
      state: 'FAILED',
      error: {
        error_code: 'BAD_REQUEST',
        message: '[TABLE_OR_VIEW_NOT_FOUND] The table cannot be found. SQLSTATE: 42P01',
      },
      sql_state: '42P01',
    });
    expect(crashing.status).toEqual({
      state: 'FAILED',
      error: { error_code: 'INTERNAL_ERROR', message: 'The local workspace failed' },
    });
    expect(faults).toEqual([expect.objectContaining({ message: 'undefined is not a function' })]);
  });

  it.each(['HANG', 'HANG LATER'])('that %s are canceled, and leave nothing behind', async (text) => {
    const statement = start(text);
    await until(statement, 'RUNNING');
    statement.cancel();
    await statement.ended;

    expect([statement.status, statement.result]).toEqual([{ state: 'CANCELED' }, undefined]);
    expect(await readdir(join(folder, 'temp'))).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('that have ended are not canceled any more', async () => {
    const statement = start('SELECT 1');
    await statement.ended;
    statement.cancel();

    expect(statement.status.state).toBe('SUCCEEDED');
  });

  it('are canceled when their warehouse is stopped, and one that comes then starts it again', async () => {
    const warehouse = warehouses.require(ada, warehouses.defaultId, 'CAN_USE');
    const running = start('HANG');
    await until(running, 'RUNNING');
    warehouses.stop(ada, warehouse.id);
    const waiting = start('SELECT 1');
    expect(waiting.status.state).toBe('PENDING');
    await Promise.all([running.ended, waiting.ended]);

    expect([running.status.state, waiting.status.state]).toEqual(['CANCELED', 'SUCCEEDED']);
  });

  it('belong to who started them', async () => {
    const statement = start('SELECT 1');

    expect(statements.require(ada, statement.id)).toBe(statement);
    expect(() => statements.require(bob, statement.id)).toThrow(`The statement ${statement.id} was not found.`);
    expect(() => statements.require(ada, 'nope')).toThrow('The statement nope was not found.');
  });

  it('lose their result after a time, and are forgotten after another', async () => {
    await statements.close();
    statements = await open({ resultMilliseconds: 200, statementMilliseconds: 300 });
    const [succeeding, failing] = [start('LARGE'), start('FAIL')];
    await Promise.all([succeeding.ended, failing.ended]);
    expect(await readdir(join(folder, 'temp'))).toEqual([succeeding.id]);

    await until(succeeding, 'CLOSED');
    expect(statements.require(ada, succeeding.id).result).toBeUndefined();
    while (statements.find(succeeding.id) !== undefined || statements.find(failing.id) !== undefined) await delay(2);
    // The folder goes a moment after the statement.
    while ((await readdir(join(folder, 'temp'))).length > 0) await delay(2);
  });

  it('that nobody asks about are canceled, and those that are asked about are not', async () => {
    await statements.close();
    statements = await open({ abandonedMilliseconds: 60 });
    const [watched, abandoned] = [start('HANG'), start('HANG')];
    while (!abandoned.hasEnded) {
      statements.require(ada, watched.id);
      await delay(2);
    }

    expect([watched.status.state, abandoned.status.state]).toEqual(['RUNNING', 'CANCELED']);
  });

  it('need a warehouse the caller may use', async () => {
    expect(() => start('SELECT 1', { warehouse_id: '0123456789abcdef' })).toThrow('does not exist');
    expect(() => start('SELECT 1', { warehouse_id: 'x' })).toThrow('x is not a valid endpoint id.');
    const privately = await warehouses.create(
      { ...ada, entitlements: ['allow-cluster-create'] },
      { name: 'private', cluster_size: 'Small' },
    );
    expect(() => start('SELECT 1', { warehouse_id: privately }, bob)).toThrow('does not have Use permissions');
    await start('SELECT 1', { warehouse_id: privately }, ada).ended;
  });

  it.each([
    [
      { disposition: 'INLINE', format: 'CSV' },
      [],
      'The format field must be JSON_ARRAY when the disposition field is INLINE.',
    ],
    [
      { disposition: 'INLINE', format: 'JSON_ARRAY' },
      [{ disposition: 'INLINE', format: 'ARROW_STREAM' }],
      'Inline disposition only supports ARROW_STREAM format.',
    ],
    [
      { disposition: 'EXTERNAL_LINKS', format: 'CSV' },
      [{ disposition: 'INLINE', format: 'JSON_ARRAY' }],
      'ExternalLinks disposition is not yet implemented.',
    ],
  ] as const)('refuse %j when the warehouse offers only %j', (wanted, offers, message) => {
    warehouses.offerOnly(warehouses.defaultId, offers);

    expect(() => start('SELECT 1', wanted)).toThrow(message);
  });

  it('of an earlier run of the workspace leave nothing', async () => {
    await statements.close();
    await mkdir(join(folder, 'temp'), { recursive: true });
    await writeFile(join(folder, 'temp', 'old'), 'rows');
    statements = await open();

    expect(existsSync(join(folder, 'temp', 'old'))).toBe(false);
  });
});
