import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommitConflict, UnsupportedTableFeature } from '../errors';
import type { JsonValue } from '../schema/types';
import type { DeltaTable } from '../table/delta-table';
import { column, created, TemporaryLake } from '../testing/temporary-lake';
import { append } from './append';
import { createTable } from './create-table';
import { rewrite } from './rewrite';
import type { RewriteOptions } from './write-options';

describe('a rewrite', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  /** A table with the ids 0 to 5 in three files of two. */
  async function given(name: string): Promise<DeltaTable> {
    return createTable(lake.engine, lake.storage(name), {
      source: await lake.rows(`SELECT range AS id, 'a b' AS part FROM range(6)`),
      partitionColumns: ['part'],
      maxRowsPerFile: 2,
    });
  }

  async function options(table: DeltaTable, files: readonly number[], query: string): Promise<RewriteOptions> {
    return {
      snapshot: await table.snapshot(),
      files,
      source: await lake.rows(query),
      operation: { name: 'DELETE', parameters: { predicate: '["(id > 2)"]' } },
      metrics: ({ filesAdded, filesRemoved }) => ({
        numAddedFiles: String(filesAdded),
        numRemovedFiles: String(filesRemoved),
      }),
      userName: 'ann',
    };
  }

  async function ids(table: DeltaTable): Promise<JsonValue[]> {
    const { rows } = await (await table.snapshot()).preview({ limit: 100, columns: ['id'] });
    return rows.map(([id]) => id ?? null);
  }

  async function commit(table: string, version: number): Promise<Record<string, Record<string, JsonValue>>[]> {
    const file = join(lake.directory, table, '_delta_log', `${String(version).padStart(20, '0')}.json`);
    return (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Record<string, JsonValue>>);
  }

  it('takes files away and puts rows in their place, in one commit that names both', async () => {
    const table = await given('once');
    const [file] = await (await table.snapshot()).filesAt([1]);

    expect(await rewrite(lake.engine, table, await options(table, [1], `SELECT 77 AS id, 'a b' AS part`))).toBe(1);

    expect(await ids(table)).toHaveLength(5);
    expect(await ids(table)).toContain('77');
    const actions = await commit('once', 1);
    expect(actions.map((action) => Object.keys(action)[0])).toEqual(['commitInfo', 'remove', 'add']);
    expect(actions[0]?.['commitInfo']).toMatchObject({
      operation: 'DELETE',
      isBlindAppend: false,
      isolationLevel: 'WriteSerializable',
      readVersion: 0,
      userName: 'ann',
      operationMetrics: { numAddedFiles: '1', numRemovedFiles: '1' },
    });
    // As the log named it when it was added, percent-encoding and all.
    const added = (await commit('once', 0)).map((action) => action['add']?.['path']);
    expect(added).toContain(actions[1]?.['remove']?.['path']);
    expect(actions[1]?.['remove']).toMatchObject({ size: file?.sizeBytes, partitionValues: { part: 'a b' } });
  });

  it('may leave nothing in their place', async () => {
    const table = await given('emptied');

    await rewrite(lake.engine, table, await options(table, [0, 1, 2], `SELECT 1 AS id, 'x' AS part WHERE false`));

    expect(await ids(table)).toEqual([]);
  });

  it('lets rows pass that others have appended meanwhile', async () => {
    const table = await given('appended');
    const late = await options(table, [0], `SELECT 1 AS id, 'x' AS part WHERE false`);
    await append(lake.engine, table, { source: await lake.rows(`SELECT 99 AS id, 'x' AS part`) });

    expect(await rewrite(lake.engine, table, late)).toBe(2);
    expect(await ids(table)).toHaveLength(5);
    expect(await ids(table)).toContain('99');
  });

  it.each([
    ['the same file', [0], 'FILES_REMOVED'],
    ['another file', [1], 'ROWS_CHANGED'],
  ])('gives up when somebody else has rewritten %s meanwhile', async (what, files, reason) => {
    const name = `raced ${what}`;
    const table = await given(name);
    const nothing = `SELECT 1 AS id, 'x' AS part WHERE false`;
    const late = await options(table, [0], nothing);
    await rewrite(lake.engine, table, await options(table, files, nothing));

    await expect(rewrite(lake.engine, table, late)).rejects.toMatchObject({ name: 'CommitConflict', reason });
    expect(await ids(table)).toHaveLength(4);
  });

  it('gives up when the schema has changed meanwhile', async () => {
    const table = await given('widened');
    const late = await options(table, [0], `SELECT 1 AS id, 'x' AS part`);
    const source = await lake.rows(`SELECT 1 AS id, 'x' AS part, 2 AS more`);
    await append(lake.engine, table, { source, mergeSchema: true });

    await expect(rewrite(lake.engine, table, late)).rejects.toMatchObject({ reason: 'METADATA' });
  });

  it('has exactly one winner among many that change the same rows', async () => {
    const table = await given('contended');
    const contenders = await Promise.all(
      [1, 2, 3, 4].map((id) => options(table, [0], `SELECT ${100 + id} AS id, 'x' AS part`)),
    );

    const outcomes = await Promise.allSettled(contenders.map((one) => rewrite(lake.engine, table, one)));

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(CommitConflict);
    }
    expect(await ids(table)).toHaveLength(5);
  });

  it.each([
    [{ 'delta.appendOnly': 'true' }, 'appendOnly'],
    [{ 'delta.enableChangeDataFeed': 'true' }, 'changeDataFeed'],
  ])('is refused by tables with %j, which still take new rows', async (configuration, feature) => {
    const name = `refused ${feature}`;
    await lake.commit(name, 0, created({ fields: [column('id', 'long')], configuration }));
    const table = await lake.open(name);
    const rows = await options(table, [], 'SELECT 1 AS id');
    await rewrite(lake.engine, table, rows);

    const change = rewrite(lake.engine, table, await options(table, [0], 'SELECT 2 AS id'));

    await expect(change).rejects.toBeInstanceOf(UnsupportedTableFeature);
    await expect(change).rejects.toMatchObject({ features: [feature] });
    expect(await ids(table)).toEqual(['1']);
  });
});
