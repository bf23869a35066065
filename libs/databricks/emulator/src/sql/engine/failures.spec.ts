import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GivenLake } from './testing/given-lake';

describe('a statement that cannot be run', () => {
  let lake: GivenLake;
  beforeAll(async () => {
    lake = await GivenLake.open();
    await lake.given('main.sales.orders', `SELECT range AS id, 'x' AS name FROM range(3)`);
  });
  afterAll(() => lake.close());

  it.each([
    [
      'SELECT * FORM sales.orders',
      "[PARSE_SYNTAX_ERROR] Syntax error at or near 'FORM'. SQLSTATE: 42601 (line 1, pos 9)\n\n== SQL ==\nSELECT * FORM sales.orders\n---------^^^",
    ],
    ['SELECT\n  (1', '[PARSE_SYNTAX_ERROR] Syntax error at or near end of input. SQLSTATE: 42601 (line 2, pos 4)'],
    ['', '[PARSE_EMPTY_STATEMENT]'],
    ['-- only this', '[PARSE_EMPTY_STATEMENT]'],
    ['SELECT 1; SELECT 2', "[PARSE_SYNTAX_ERROR] Syntax error at or near 'SELECT'"],
    ["SELECT 'open", '[PARSE_SYNTAX_ERROR]'],
    ['SELECT /* open', '[UNCLOSED_BRACKETED_COMMENT]'],
    [
      'SELECT * FROM nowhere',
      '[TABLE_OR_VIEW_NOT_FOUND] The table or view `main`.`default`.`nowhere` cannot be found.',
    ],
    [
      'SELECT * FROM nowhere.at.all',
      '[TABLE_OR_VIEW_NOT_FOUND] The table or view `nowhere`.`at`.`all` cannot be found.',
    ],
    [
      'SELECT nope FROM sales.orders',
      '[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `nope` cannot be resolved. Did you mean one of the following? [`name`',
    ],
    ['SELECT o.nope FROM sales.orders o', '[UNRESOLVED_COLUMN.WITH'],
    [
      'SELECT nope',
      '[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION] A column, variable, or function parameter with name `nope` cannot be resolved. SQLSTATE: 42703',
    ],
    [
      'SELECT id FROM sales.orders a, sales.orders b',
      '[AMBIGUOUS_REFERENCE] Reference `id` is ambiguous, could be: [`a`.`id`, `b`.`id`]. SQLSTATE: 42704',
    ],
    ['SELECT id, count(*) FROM sales.orders', '[MISSING_AGGREGATION]'],
    ['SELECT id FROM sales.orders WHERE count(*) > 1', '[INVALID_WHERE_CONDITION]'],
    [
      'SELECT nowhere(id) FROM sales.orders',
      '[UNRESOLVED_ROUTINE] Cannot resolve routine `nowhere` on search path [`system`.`builtin`, `system`.`session`, `main`.`default`]. SQLSTATE: 42883; line 1 pos 7',
    ],
    [
      'SELECT upper(1, 2)',
      '[WRONG_NUM_ARGS.WITHOUT_SUGGESTION] The `upper` requires 1 parameters but the actual number is 2.',
    ],
    ['SELECT 1 / 0', '[DIVIDE_BY_ZERO] Division by zero.'],
    ['SELECT id % (id - 1) FROM sales.orders', '[DIVIDE_BY_ZERO] Division by zero.'],
    [
      'SELECT CAST("a" AS INT)',
      `[CAST_INVALID_INPUT] The value 'a' of the type "STRING" cannot be cast to "INT" because it is malformed.`,
    ],
    ['SELECT CAST("2026-13-01" AS DATE)', '[CAST_INVALID_INPUT]'],
    ['SELECT CAST(1 AS MONEY)', '[UNSUPPORTED_DATATYPE] Unsupported data type "MONEY". SQLSTATE: 0A000'],
    ['SELECT 2147483647 + 1', '[ARITHMETIC_OVERFLOW]'],
    ['SELECT sum(x) FROM VALUES (9223372036854775807), (1) t(x)', '[ARITHMETIC_OVERFLOW]'],
    ['SELECT (SELECT id FROM sales.orders)', '[SCALAR_SUBQUERY_TOO_MANY_ROWS]'],
    ['SELECT 1 UNION SELECT 1, 2', '[NUM_COLUMNS_MISMATCH]'],
    ['SELECT row_number()', '[WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE]'],
    ['SELECT date_format(now(), "QQ")', '[INVALID_DATETIME_PATTERN]'],
    ['SHOW SCHEMAS IN nowhere', "[NO_SUCH_CATALOG_EXCEPTION] Catalog 'nowhere' was not found."],
    ['SHOW TABLES IN nowhere', '[SCHEMA_NOT_FOUND] The schema `main`.`nowhere` cannot be found.'],
    ['DESCRIBE nowhere', '[TABLE_OR_VIEW_NOT_FOUND]'],
    ['SELECT * FROM information_schema.nowhere', '[TABLE_OR_VIEW_NOT_FOUND]'],
    ['TRUNCATE TABLE sales.orders', "[PARSE_SYNTAX_ERROR] Syntax error at or near 'TRUNCATE'"],
    [`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`, '[FAILED_TO_PARSE_TOO_COMPLEX]'],
    [`SELECT ${'1 + '.repeat(5000)}1`, '[FAILED_TO_PARSE_TOO_COMPLEX]'],
    [`SELECT ${'NOT '.repeat(5000)}true`, '[FAILED_TO_PARSE_TOO_COMPLEX]'],
  ])('%s', async (text, message) => {
    await expect(lake.sql(text)).rejects.toMatchObject({
      name: 'SqlFailure',
      message: expect.stringContaining(message),
    });
  });

  it('says nothing of the files of this machine when a table is damaged', async () => {
    await lake.given('main.sales.damaged', 'SELECT 1 AS id');
    const folder = lake.folder('main.sales.damaged');
    await lake.given('main.sales.missing', 'SELECT 1 AS id');
    await rm(join(lake.folder('main.sales.missing'), '_delta_log'), { recursive: true });
    const { readdir } = await import('node:fs/promises');
    const data = (await readdir(folder)).find((name) => name.endsWith('.parquet')) ?? '';
    await writeFile(join(folder, data), 'no parquet');

    for (const table of ['damaged', 'missing']) {
      const failure: unknown = await lake.sql(`SELECT * FROM sales.${table}`).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'SqlFailure' });
      expect(String(failure)).not.toContain(lake.directory);
    }
  });

  it('cannot reach files, settings or other databases, whatever it is written like', async () => {
    await mkdir(join(lake.directory, 'secrets'), { recursive: true });
    const secret = join(lake.directory, 'secrets', 'a.csv');
    await writeFile(secret, 'x\nleaked\n');
    const attempts = [
      `SELECT * FROM '${secret}'`,
      `SELECT * FROM "${secret}"`,
      `SELECT * FROM \`${secret}\``,
      `SELECT * FROM read_csv('${secret}')`,
      `SELECT * FROM main.read_csv('${secret}')`,
      `SELECT read_text('${secret}')`,
      `SELECT * FROM duckdb_settings()`,
      `SELECT * FROM pragma_version()`,
      `SELECT getenv('HOME')`,
      `SELECT current_setting('allowed_paths')`,
      `SELECT \`read_text\`('${secret}')`,
      `SELECT main.\`t0\`.x FROM sqlite_master`,
      `SELECT * FROM main.main.t0`,
      `SELECT * FROM pg_catalog.pg_settings`,
      `COPY (SELECT 1) TO '${secret}'`,
      `ATTACH '${secret}'`,
      `INSTALL httpfs`,
      `LOAD httpfs`,
      `PRAGMA database_list`,
      `SET enable_external_access = true`,
      `EXPORT DATABASE '${lake.directory}'`,
      `CALL duckdb_settings()`,
      `IMPORT DATABASE '${lake.directory}'`,
      `SELECT 1 AS "x" FROM sales.orders WHERE id IN (FROM '${secret}')`,
      `SELECT \`a" FROM read_csv('${secret}') --\` FROM sales.orders`,
      `SELECT 1 AS \`a", (SELECT x FROM read_csv('${secret}')) AS "b\` WHERE 1 = :p`,
      `WITH \`t" AS (SELECT * FROM read_csv('${secret}')), "u\` AS (SELECT 1 AS one) SELECT x FROM \`t\``,
      `WITH RECURSIVE \`${secret}\` AS (SELECT * FROM \`${secret}\`) SELECT * FROM \`${secret}\``,
      `WITH a AS (WITH \`${secret}\` AS (SELECT 1) SELECT 1) SELECT * FROM \`${secret}\``,
      `SELECT * FROM sales.orders TIMESTAMP AS OF (WITH RECURSIVE \`${secret}\` AS (SELECT * FROM \`${secret}\`) SELECT max(x) FROM \`${secret}\`)`,
      `SELECT CAST('1' AS \`INT) FROM read_csv('${secret}') --\`)`,
      `SELECT * FROM sales.orders TABLESAMPLE (1; DROP PERCENT)`,
    ];
    for (const text of attempts) {
      const outcome: unknown = await lake.sql(text).catch((error: unknown) => error);
      expect({ text, outcome }).toMatchObject({ text, outcome: { name: 'SqlFailure' } });
      expect(JSON.stringify(outcome)).not.toContain('leaked');
    }
  });

  it('takes ten thousand names for nothing but names', async () => {
    const random = seeded(20261121);
    const alphabet = [
      'a',
      'B',
      '"',
      "'",
      '`',
      ';',
      '--',
      '/*',
      '*/',
      '\\',
      ' ',
      '\n',
      '$$',
      ':',
      '.',
      '(',
      ')',
      'ä',
      '😀',
      '%',
      '{',
      '\t',
      'SELECT',
    ];
    const name = (): string => {
      const length = 1 + Math.floor(random() * 8);
      return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? 'a').join('');
    };
    const names = Array.from({ length: 10_000 }, name);
    for (let start = 0; start < names.length; start += 200) {
      const batch = names.slice(start, start + 200);
      const list = batch.map((item, index) => `${index} AS \`${item.replaceAll('`', '``')}\``).join(', ');
      const result = await lake.engine.run(lake.request(`SELECT ${list}`));
      await result.close();
      expect(result.columns.map((column) => column.name)).toEqual(batch);
    }
  }, 60_000);

  it('takes rubbish that looks like a change for rubbish, and never loses the table', async () => {
    const random = seeded(11);
    const starts = [
      'DELETE FROM sales.orders WHERE id = 100 AND',
      'UPDATE sales.orders SET name =',
      'MERGE INTO sales.orders t USING sales.orders s ON t.id = s.id AND false WHEN',
      "COPY INTO sales.orders FROM '/Volumes/main/sales/x'",
      'UPDATE sales.orders SET',
      'MERGE INTO sales.orders USING',
    ];
    const words =
      "SELECT FROM WHERE sales.orders id name ( ) , * = 'a' 1 MATCHED NOT THEN AND OR BY SOURCE TARGET UPDATE SET DELETE INSERT VALUES DEFAULT NULL t.id s.id `c` -- FILEFORMAT CSV FILES PATTERN FORMAT_OPTIONS WITH ON USING [ ] . : \\ END CASE WHEN false".split(
        ' ',
      );
    for (let round = 0; round < 1_000; round += 1) {
      const length = 1 + Math.floor(random() * 12);
      const rest = Array.from({ length }, () => words[Math.floor(random() * words.length)] ?? '');
      const text = [starts[round % starts.length] ?? '', ...rest].join(' ');
      const outcome: unknown = await lake.sql(text).catch((error: unknown) => error);
      if (!Array.isArray(outcome)) expect({ text, outcome }).toMatchObject({ outcome: { name: 'SqlFailure' } });
    }
    expect(await lake.sql('SELECT count(*) FROM sales.orders')).toEqual([['3']]);
  }, 60_000);

  it('takes any rubbish for rubbish', async () => {
    const random = seeded(7);
    const words =
      'SELECT FROM WHERE sales.orders id ( ) , * = \'a\' "b" `c` 1 1.5e3 -- /* */ :p JOIN ON GROUP BY ORDER LIMIT CASE WHEN END CAST AS INT [ ] . :: -> { } ; \\ @ NOT IN EXISTS INTERVAL DATE OVER PARTITION WITH VALUES UNION LIKE INSERT INTO CREATE TABLE DESCRIBE SHOW'.split(
        ' ',
      );
    for (let round = 0; round < 2_000; round += 1) {
      const length = 1 + Math.floor(random() * 14);
      const text = Array.from({ length }, () => words[Math.floor(random() * words.length)] ?? '').join(' ');
      const outcome: unknown = await lake.sql(text).catch((error: unknown) => error);
      if (!Array.isArray(outcome)) expect({ text, outcome }).toMatchObject({ outcome: { name: 'SqlFailure' } });
    }
  }, 120_000);
});

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
