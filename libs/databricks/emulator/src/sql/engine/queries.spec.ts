import { GivenLake } from './testing/given-lake';

describe('a query', () => {
  let lake: GivenLake;
  beforeAll(async () => {
    lake = await GivenLake.open();
    await lake.given(
      'main.sales.orders',
      `SELECT range AS id, 'c' || (range % 3) AS customer, (range * 1.5)::DECIMAL(10,2) AS amount,
        TIMESTAMPTZ '2026-01-31 10:00:00Z' + to_days(range::INTEGER) AS placed, {a: range, b: [1.5, NULL]} AS nested, MAP {'k': range} AS tags
      FROM range(10)`,
    );
    await lake.given('main.sales.parted', `SELECT range AS id, range % 2 AS part FROM range(4)`, {
      partitionColumns: ['part'],
    });
    await lake.append('main.sales.parted', 'SELECT 10 AS id, NULL::BIGINT AS part');
  });
  afterAll(() => lake.close());

  it('names columns and types as the platform does', async () => {
    expect(await lake.columns('SELECT *, count(*) OVER () AS n, id + 1, count(*) OVER () FROM sales.orders')).toEqual([
      'id BIGINT',
      'customer STRING',
      'amount DECIMAL(10,2)',
      'placed TIMESTAMP',
      'nested STRUCT<a: BIGINT, b: ARRAY<DECIMAL(2,1)>>',
      'tags MAP<STRING, BIGINT>',
      'n BIGINT',
      '(id + 1) BIGINT',
      'count(1) OVER () BIGINT',
    ]);
  });

  it('takes the empty text for a value like any other', async () => {
    expect(await lake.sql(`SELECT 'x' AS note UNION ALL SELECT '' ORDER BY note`)).toEqual([[''], ['x']]);
    expect(await lake.sql(`SELECT ''`)).toEqual([['']]);
  });

  it('gives every value as text', async () => {
    expect(await lake.sql('SELECT * FROM main.sales.orders WHERE id = 1')).toEqual([
      ['1', 'c1', '1.50', '2026-02-01T10:00:00.000Z', '{"a":1,"b":[1.5,null]}', '{"k":1}'],
    ]);
    expect(
      await lake.sql(`SELECT true, X'FF00', 9223372036854775807, 1e10, 0.00001D, CAST(0.1 AS FLOAT), CAST('NaN' AS DOUBLE), 3D,
        DATE '0001-01-01', DATE '1969-12-31', TIMESTAMP '1969-12-31 23:59:59.123456', TIMESTAMP_NTZ '2026-01-02 03:04:05',
        12345678901234567890.123456789012345678, NULL, array(1, NULL), named_struct('t', DATE '2026-01-01', 's', 'a"b', 'n', NULL)`),
    ).toEqual([
      [
        'true',
        '/wA=',
        '9223372036854775807',
        '1.0E10',
        '1.0E-5',
        '0.1',
        'NaN',
        '3.0',
        '0001-01-01',
        '1969-12-31',
        '1969-12-31T23:59:59.123456Z',
        '2026-01-02T03:04:05.000',
        '12345678901234567890.123456789012345678',
        null,
        '[1,null]',
        '{"t":"2026-01-01","s":"a\\"b","n":null}',
      ],
    ]);
  });

  it.each([
    [
      'joins',
      'SELECT a.id, b.customer FROM sales.orders a LEFT JOIN sales.orders b ON a.id = b.id AND b.id > 5 WHERE a.id IN (5, 6) ORDER BY a.id',
      [
        ['5', null],
        ['6', 'c0'],
      ],
    ],
    [
      'semi and anti joins',
      'SELECT count(*) FROM sales.orders a LEFT ANTI JOIN sales.parted b ON a.id = b.id WHERE EXISTS (SELECT 1)',
      [['6']],
    ],
    [
      'names of three and two parts',
      'SELECT main.sales.orders.id, sales.orders.customer, orders.amount FROM main.sales.orders WHERE orders.id = 3',
      [['3', 'c0', '4.50']],
    ],
    ['backticks', 'SELECT `o`.`id` AS `a ``b` FROM `main`.`sales`.`orders` `o` WHERE `id` = 2', [['2']]],
    [
      'WITH, windows and QUALIFY',
      'WITH big AS (SELECT * FROM sales.orders WHERE amount > 10) SELECT id, row_number() OVER (PARTITION BY customer ORDER BY id DESC) rn FROM big QUALIFY rn = 1 ORDER BY id',
      [
        ['7', '1'],
        ['8', '1'],
        ['9', '1'],
      ],
    ],
    ['a WITH name that hides a table', 'WITH orders AS (SELECT 1 AS one) SELECT * FROM orders', [['1']]],
    [
      'groups',
      'SELECT customer, count(*) n, sum(amount) FROM sales.orders GROUP BY ALL HAVING n > 3 ORDER BY 1',
      [['c0', '4', '27.00']],
    ],
    [
      'rollups',
      'SELECT customer, grouping(customer), count(*) FROM sales.orders GROUP BY ROLLUP(customer) ORDER BY customer LIMIT 2',
      [
        [null, '1', '10'],
        ['c0', '0', '4'],
      ],
    ],
    [
      'set operations',
      'SELECT id FROM sales.orders WHERE id < 2 UNION ALL SELECT 7 MINUS SELECT 1 ORDER BY 1',
      [['0'], ['7']],
    ],
    [
      'nulls first when ascending, last when descending',
      'SELECT part FROM sales.parted GROUP BY part ORDER BY part',
      [[null], ['0'], ['1']],
    ],
    ['partition columns', 'SELECT id FROM sales.parted WHERE part = 1 ORDER BY id DESC', [['3'], ['1']]],
    [
      'elements and fields',
      "SELECT nested.a, nested.b[0], nested['a'], tags['k'], array(5, 6)[1] FROM sales.orders WHERE id = 2",
      [['2', '1.5', '2', '2', '6']],
    ],
    ['scalar subqueries', 'SELECT id FROM sales.orders WHERE amount = (SELECT max(amount) FROM sales.orders)', [['9']]],
    [
      'LATERAL VIEW',
      'SELECT o.id, t.c FROM sales.orders o LATERAL VIEW explode(array(1, 2)) t AS c WHERE o.id = 0 ORDER BY c',
      [
        ['0', '1'],
        ['0', '2'],
      ],
    ],
    [
      'inline values',
      "SELECT x, y FROM VALUES (1, 'a'), (2, NULL) AS t(x, y) ORDER BY x DESC",
      [
        ['2', null],
        ['1', 'a'],
      ],
    ],
    [
      'values alone',
      'VALUES (1, 2), (3, 4)',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'star without some',
      'SELECT o.* EXCEPT (placed, nested, tags) FROM sales.orders o WHERE id = 1;',
      [['1', 'c1', '1.50']],
    ],
    [
      'patterns',
      "SELECT id FROM sales.orders WHERE customer LIKE 'c_' AND customer RLIKE '1$' AND NOT customer ILIKE 'C0' AND id NOT BETWEEN 2 AND 9",
      [['1']],
    ],
    ['comments', 'SELECT /* a /* b */ */ 1 -- c', [['1']]],
    [
      'both kinds of text literals',
      String.raw`SELECT "it's", 'a\'b', r'\d', 'x' 'y', '\u0041'`,
      [["it's", "a'b", '\\d', 'xy', 'A']],
    ],
    ['offsets', 'SELECT id FROM sales.orders ORDER BY id LIMIT 1 OFFSET 4', [['4']]],
    ['first rows of a table', 'SELECT id FROM sales.orders LIMIT 2', [['0'], ['1']]],
    ['no rows of a table', 'SELECT * FROM sales.orders LIMIT 0', []],
    [
      'first rows inside of a query',
      'SELECT id, (SELECT orders.id FROM sales.parted LIMIT 1) FROM sales.orders LIMIT 2',
      [
        ['0', '0'],
        ['1', '1'],
      ],
    ],
  ])('knows %s', async (_, text, rows) => {
    expect(await lake.sql(text)).toEqual(rows);
  });

  it('counts versions and times back', async () => {
    const [[before] = []] = await lake.sql('SELECT current_timestamp()');
    await lake.append('main.sales.orders', "SELECT 99 AS id, 'new' AS customer");
    const count = async (at: string): Promise<unknown> =>
      (await lake.sql(`SELECT count(*) FROM sales.orders ${at}`))[0]?.[0];

    expect(await count('')).toBe('11');
    expect(await count('VERSION AS OF 0')).toBe('10');
    expect(await count('@v1')).toBe('11');
    expect(await count(`TIMESTAMP AS OF '${before}'`)).toBe('10');
    expect(
      await lake.sql(
        'SELECT count(*) FROM sales.orders VERSION AS OF 1 a JOIN sales.orders VERSION AS OF 0 b USING (id)',
      ),
    ).toEqual([['10']]);
    await expect(count('VERSION AS OF 7')).rejects.toMatchObject({
      message:
        '[DELTA_VERSION_NOT_FOUND] Cannot time travel Delta table to version 7. Available versions: [0, 1]. SQLSTATE: 22003',
    });
    await expect(count("TIMESTAMP AS OF '2020-01-01'")).rejects.toThrow(
      '[DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION]',
    );
    await expect(count("TIMESTAMP AS OF '2120-01-01'")).rejects.toThrow('[DELTA_TIMESTAMP_GREATER_THAN_COMMIT]');
  });

  it('takes parameters in their types and nothing but values from them', async () => {
    const parameters = [
      { name: 'id', value: '3', type: 'INT' },
      { name: 'text', value: "x' OR '1'='1\0;--", type: 'STRING' },
      { name: 'day', value: '2026-02-03', type: 'DATE' },
      { name: 'amount', value: '4.5', type: 'DECIMAL(10,2)' },
      { name: 'nothing', value: null, type: 'TIMESTAMP' },
    ];
    const text =
      'SELECT :id + 1, :text, :day, :amount, :nothing FROM sales.orders WHERE id = :id AND amount = :amount LIMIT :id';

    expect(await lake.sql(text, { parameters })).toEqual([['4', "x' OR '1'='1\0;--", '2026-02-03', '4.50', null]]);
    await expect(lake.sql('SELECT :other', { parameters })).rejects.toThrow(
      '[UNBOUND_SQL_PARAMETER] Found the unbound parameter: other.',
    );
    await expect(
      lake.sql('SELECT :id', { parameters: [{ name: 'id', value: 'abc', type: 'INT' }] }),
    ).rejects.toMatchObject({
      errorCode: 'BAD_REQUEST',
      sqlState: '22018',
      message: expect.stringContaining(
        `[CAST_INVALID_INPUT] The value 'abc' of the type "STRING" cannot be cast to "INT"`,
      ),
    });
    await expect(
      lake.sql('SELECT :id', { parameters: [{ name: 'id', value: '1', type: 'NUMBER); DROP' }] }),
    ).rejects.toThrow('[UNSUPPORTED_DATATYPE]');
  });

  it('takes long lists', async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => index).join(', ');

    expect(await lake.sql(`SELECT count(*) AS n FROM sales.parted WHERE id IN (${ids}) OR id = -1`)).toEqual([['5']]);
    expect(await lake.sql(`SELECT count(*) AS n FROM VALUES (${ids.replaceAll(', ', '), (')})`)).toEqual([['20000']]);
  }, 60_000);

  it('says on which line and where a name stands that is not there', async () => {
    const text = 'SELECT *\nFROM sales.parted\n  JOIN nowhere USING (id)';

    await expect(lake.sql(text)).rejects.toThrow(/SQLSTATE: 42P01; line 3 pos 7$/);
  });

  it('takes the catalog and schema of the request for short names', async () => {
    expect(
      await lake.sql('SELECT count(*), current_schema(), current_catalog(), current_user() FROM parted', {
        schema: 'sales',
      }),
    ).toEqual([['5', 'sales', 'main', 'owner']]);
  });

  it('ends after the limit of rows and says that there were more', async () => {
    const result = await lake.engine.run(lake.request('SELECT id FROM range(5000)', { rowLimit: 3000 }));
    const sizes: number[] = [];
    for await (const chunk of result.chunks()) sizes.push(chunk.length);
    await result.close();

    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3000);
    expect(result.truncated()).toBe(true);
  });

  it('stops when its caller leaves, while it runs and while it waits', async () => {
    const callers = [1, 2, 3, 4].map(() => new AbortController());
    const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000) b WHERE rand() > 2';
    const running = callers.map(({ signal }) => lake.sql(endless, { signal }));
    const outcomes = Promise.allSettled(running);
    setTimeout(() => callers.forEach((caller) => caller.abort()), 200);

    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    }
    expect(await lake.sql('SELECT 1')).toEqual([['1']]);
  }, 20_000);

  it('does not read ahead of its reader, and stops when the result is closed', async () => {
    const result = await lake.engine.run(lake.request('SELECT id, repeat("x", 100) FROM range(100000000000)'));
    let rows = 0;
    for await (const chunk of result.chunks()) {
      rows += chunk.length;
      if (rows > 10_000) break;
    }
    await result.close();

    expect(rows).toBeLessThan(20_000);
  });
});
