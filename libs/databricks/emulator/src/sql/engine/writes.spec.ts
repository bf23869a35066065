import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GivenLake } from './testing/given-lake';

describe('tables by SQL', () => {
  let lake: GivenLake;
  beforeAll(async () => {
    lake = await GivenLake.open();
  });
  afterAll(() => lake.close());

  it('are created, filled, described and dropped', async () => {
    expect(
      await lake.sql(`CREATE TABLE sales.fresh (id BIGINT NOT NULL COMMENT 'the key', name STRING, price DECIMAL(10,2), placed TIMESTAMP, part INT)
        USING DELTA PARTITIONED BY (part) COMMENT 'fresh ones' TBLPROPERTIES ('delta.appendOnly' = 'true', owner = 'me')`),
    ).toEqual([]);
    expect(
      await lake.sql(
        `INSERT INTO sales.fresh VALUES (1, 'a', 1.5, '2026-01-01 00:00:00', 1), (2, NULL, NULL, NULL, NULL)`,
      ),
    ).toEqual([['2', '2']]);
    expect(
      await lake.sql('INSERT INTO sales.fresh (part, id) SELECT 7.9, id + 1 FROM sales.fresh WHERE id = 2'),
    ).toEqual([['1', '1']]);
    expect(await lake.sql("INSERT INTO sales.fresh BY NAME SELECT 'd' AS name, 4 AS id")).toEqual([['1', '1']]);

    expect(await lake.sql('SELECT * FROM sales.fresh ORDER BY id')).toEqual([
      ['1', 'a', '1.50', '2026-01-01T00:00:00.000Z', '1'],
      ['2', null, null, null, null],
      ['3', null, null, null, '7'],
      ['4', 'd', null, null, null],
    ]);
    expect(await lake.sql('DESCRIBE sales.fresh')).toEqual([
      ['id', 'bigint', 'the key'],
      ['name', 'string', null],
      ['price', 'decimal(10,2)', null],
      ['placed', 'timestamp', null],
      ['part', 'int', null],
      ['# Partition Information', '', ''],
      ['# col_name', 'data_type', 'comment'],
      ['part', 'int', null],
    ]);
    expect(await lake.sql('DESCRIBE TABLE EXTENDED sales.fresh')).toContainEqual(['Type', 'MANAGED', '']);
    const [detail = []] = await lake.sql('DESCRIBE DETAIL sales.fresh');
    expect([detail[0], detail[2], detail[3], detail[7], detail[9], detail[11]]).toEqual([
      'delta',
      'main.sales.fresh',
      'fresh ones',
      '["part"]',
      '4',
      '{"delta.appendOnly":"true","owner":"me"}',
    ]);
    const history = await lake.sql('DESCRIBE HISTORY sales.fresh');
    expect(history.map((row) => [row[0], row[3], row[4]])).toEqual([
      ['3', 'owner', 'WRITE'],
      ['2', 'owner', 'WRITE'],
      ['1', 'owner', 'WRITE'],
      ['0', 'owner', 'CREATE TABLE'],
    ]);
    expect(await lake.sql('DESCRIBE HISTORY sales.fresh LIMIT 1')).toHaveLength(1);
    expect(await lake.sql('SHOW COLUMNS IN sales.fresh')).toEqual([['id'], ['name'], ['price'], ['placed'], ['part']]);
    await lake.sql('DROP TABLE sales.fresh');
    await lake.sql('DROP TABLE IF EXISTS sales.fresh');
    await expect(lake.sql('SELECT * FROM sales.fresh')).rejects.toThrow('[TABLE_OR_VIEW_NOT_FOUND]');
  });

  it('are made from queries, with the types of the platform', async () => {
    await lake.sql(`CREATE TABLE sales.made AS SELECT id, sum(id) OVER () AS total, CAST(id AS DECIMAL(20,3)) AS exact, array(id) AS list,
      named_struct('when', DATE '2026-01-01') AS nested, CAST(NULL AS STRING) AS nothing FROM range(3)`);

    expect(await lake.columns('SELECT * FROM sales.made')).toEqual([
      'id BIGINT',
      'total BIGINT',
      'exact DECIMAL(20,3)',
      'list ARRAY<BIGINT>',
      'nested STRUCT<when: DATE>',
      'nothing STRING',
    ]);
    expect(await lake.sql('SELECT * FROM sales.made WHERE id = 2')).toEqual([
      ['2', '3', '2.000', '[2]', '{"when":"2026-01-01"}', null],
    ]);
    expect(await lake.sql('CREATE TABLE IF NOT EXISTS sales.made AS SELECT 1 AS other')).toEqual([]);
    expect(await lake.sql('SELECT count(*) FROM sales.made')).toEqual([['3']]);
  });

  it.each([
    [
      'CREATE TABLE sales.made (id INT)',
      '[TABLE_OR_VIEW_ALREADY_EXISTS] Cannot create table or view `main`.`sales`.`made` because it already exists.',
    ],
    ['CREATE TABLE nowhere.t (id INT)', '[SCHEMA_NOT_FOUND] The schema `main`.`nowhere` cannot be found.'],
    ['CREATE TABLE sales.bad (id INT, ID INT)', '[COLUMN_ALREADY_EXISTS] The column `id` already exists.'],
    ['CREATE TABLE sales.bad (`a b` INT)', '[DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES]'],
    ['CREATE TABLE sales.bad AS SELECT 1 + 1', '[DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES]'],
    ['CREATE TABLE sales.bad (id INT) PARTITIONED BY (other)', '[COLUMN_NOT_DEFINED_IN_TABLE]'],
    ['CREATE TABLE sales.bad (id INT) USING csv', '[MANAGED_TABLE_FORMAT]'],
    ['CREATE TABLE sales.bad AS SELECT CAST("x" AS INT) AS id', '[CAST_INVALID_INPUT]'],
    [
      'INSERT INTO sales.made VALUES (1)',
      '[INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS] Cannot write to `main`.`sales`.`made`, the reason is not enough data columns:\nTable columns: `id`, `total`, `exact`, `list`, `nested`, `nothing`.\nData columns: `col1`. SQLSTATE: 21S01',
    ],
    ['INSERT INTO sales.made (id) VALUES (1, 2)', '[INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS]'],
    ['INSERT INTO sales.made (nope) VALUES (1)', '[UNRESOLVED_COLUMN.WITH_SUGGESTION]'],
    ["INSERT INTO sales.made (id) VALUES ('x')", '[CAST_INVALID_INPUT]'],
    ['INSERT INTO sales.nowhere VALUES (1)', '[TABLE_OR_VIEW_NOT_FOUND]'],
    ['INSERT OVERWRITE sales.made VALUES (1)', '[PARSE_SYNTAX_ERROR]'],
  ])('refuses %s and leaves everything as it was', async (text, message) => {
    const before = await lake.sql('SHOW TABLES IN sales');

    await expect(lake.sql(text)).rejects.toMatchObject({ message: expect.stringContaining(message) });
    expect(await lake.sql('SHOW TABLES IN sales')).toEqual(before);
    expect(await lake.sql('SELECT count(*) FROM sales.made')).toEqual([['3']]);
  });

  it('take rows from many writers at once, none lost and none doubled', async () => {
    await lake.sql('CREATE TABLE sales.busy (id INT)');
    await Promise.all(Array.from({ length: 6 }, (_, id) => lake.sql(`INSERT INTO sales.busy VALUES (${id})`)));

    expect(await lake.sql('SELECT count(*), count(DISTINCT id) FROM sales.busy')).toEqual([['6', '6']]);
  });

  it('leave nothing in the scratch folder', async () => {
    const [, ...open] = await readdir(join(lake.directory, 'scratch', 'sandboxes'));

    // One sandbox is kept ready.
    expect(open).toEqual([]);
  });
});
