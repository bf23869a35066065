import { GivenLake } from './testing/given-lake';

describe('information_schema', () => {
  let lake: GivenLake;
  beforeAll(async () => {
    lake = await GivenLake.open();
    for (const table of ['main.sales.orders', 'main.sales.order_lines', 'main.default.other', 'secret.vault.gold']) {
      await lake.given(table, `SELECT 1 AS id, 'x' AS name`);
    }
    lake.view('main.sales.tall', `SELECT table_name FROM system.information_schema.tables WHERE table_name LIKE 'o%'`);
  });
  beforeEach(() => {
    lake.listed.length = 0;
  });
  afterAll(() => lake.close());

  const TABLES = 'FROM system.information_schema.tables';
  const names = async (rest: string, more: Parameters<GivenLake['sql']>[1] = {}): Promise<string> =>
    (await lake.sql(`SELECT table_name ${TABLES} ${rest}`, more))
      .map(([name]) => name)
      .sort()
      .join(' ');
  const asked = (): string => lake.listed.map(({ schema, tables }) => `${schema}:${tables}`).join(' ');

  it('is made of everything when nothing is said of names', async () => {
    expect(await names('')).toBe('gold order_lines orders other tall');
    expect(asked()).toBe('main.default:1 main.sales:3 secret.vault:1');
  });

  it.each([
    [`WHERE table_schema = 'sales'`, 'order_lines orders tall', 'main.sales:3'],
    [`WHERE 'orders' = table_name AND table_catalog = 'main'`, 'orders', 'main.default:0 main.sales:1'],
    [
      `WHERE (table_schema) IN ('sales', 'vault') AND (table_name LIKE 'o%')`,
      'order_lines orders',
      'main.sales:2 secret.vault:0',
    ],
    [`t WHERE t.table_schema = 'vault' AND length(table_name) > 3`, 'gold', 'secret.vault:1'],
    [`WHERE lower(table_name) LIKE '%ORDER%' OR false`, '', 'main.default:1 main.sales:3 secret.vault:1'],
    [`WHERE lower(table_name) LIKE '%line%'`, 'order_lines', 'main.default:0 main.sales:1 secret.vault:0'],
    [String.raw`WHERE table_name LIKE 'order\_%'`, 'order_lines', 'main.default:0 main.sales:1 secret.vault:0'],
    [`WHERE table_schema = 'SALES'`, '', 'main.sales:3'],
    [`WHERE table_schema = 'sales' AND table_schema = 'vault'`, '', ''],
    [`WHERE table_schema = 'nowhere'`, '', ''],
    [`WHERE table_schema = 'a.b' AND table_name = 'c.d'`, '', ''],
  ])('is made of no more than %s can see', async (rest, rows, lists) => {
    expect(await names(rest)).toBe(rows);
    expect(asked()).toBe(lists);
  });

  it('takes values of parameters like those that are written', async () => {
    const parameters = [
      { name: 's', value: 'sales', type: 'STRING' },
      { name: 'n', value: 'o%', type: 'STRING' },
    ];

    expect(await names('WHERE table_schema = :s AND table_name LIKE :n', { parameters })).toBe('order_lines orders');
    expect(asked()).toBe('main.sales:2');
  });

  it.each([
    [`WHERE NOT table_schema = 'sales'`, 'gold other'],
    [`WHERE table_schema <> 'sales'`, 'gold other'],
    [`WHERE table_schema NOT IN ('sales') AND table_name NOT LIKE 'g%'`, 'other'],
    [`WHERE table_schema = 'sales' OR table_name = 'gold'`, 'gold order_lines orders tall'],
    [
      `WHERE table_schema = 'vault' UNION SELECT schema_name FROM system.information_schema.schemata`,
      'default gold sales vault',
    ],
    [`t WHERE EXISTS (SELECT 1 FROM system.information_schema.schemata WHERE table_name = 'gold')`, 'gold'],
    [
      `t WHERE EXISTS (SELECT 1 ${TABLES} WHERE table_name = 'gold') AND table_schema = 'sales'`,
      'order_lines orders tall',
    ],
    [`WHERE table_name > (SELECT min(table_name) ${TABLES} WHERE table_schema = 'sales')`, 'orders other tall'],
    [`AS t(table_schema, a, table_name) WHERE table_schema = 'secret'`, 'gold'],
    [`WHERE table_schema = 'sales' GROUP BY table_name HAVING table_name = 'tall'`, 'tall'],
  ])('has every row that %s asks for', async (rest, rows) => {
    expect(await names(rest)).toBe(rows);
  });

  it('has every row of joins, on both sides', async () => {
    const join = (condition: string): Promise<unknown> =>
      lake.sql(`SELECT s.schema_name, t.table_name FROM system.information_schema.schemata s
        LEFT JOIN system.information_schema.tables t ON t.table_schema = s.schema_name AND t.table_name LIKE 'o%'
        WHERE ${condition} ORDER BY ALL`);

    expect(await join(`s.schema_name = 'vault'`)).toEqual([['vault', null]]);
    expect(await join(`t.table_name = 'orders'`)).toEqual([['sales', 'orders']]);
    expect(await join(`t.table_name IS NULL`)).toEqual([['vault', null]]);
    expect(
      await lake.sql(
        `SELECT count(*) ${TABLES} a JOIN system.information_schema.tables b ON true WHERE a.table_name = 'gold'`,
      ),
    ).toEqual([['5']]);
    expect(await lake.sql('SELECT * FROM sales.tall ORDER BY 1')).toEqual([['order_lines'], ['orders'], ['other']]);
  });

  it('ends where LIMIT does, unless rows have to be ordered or counted first', async () => {
    expect(await lake.sql(`SELECT table_name ${TABLES} LIMIT 1`)).toHaveLength(1);
    expect(asked()).toBe('main.default:1');
    expect(await lake.sql(`SELECT * ${TABLES} WHERE table_schema = 'sales' LIMIT 1 OFFSET 2`)).toHaveLength(1);
    expect(await lake.sql(`SELECT * ${TABLES} LIMIT 0`)).toEqual([]);
    expect(await lake.sql(`SELECT count(*) ${TABLES} LIMIT 1`)).toEqual([['5']]);
    expect(await lake.sql(`SELECT table_name ${TABLES} ORDER BY table_name DESC LIMIT 1`)).toEqual([['tall']]);
    expect(await lake.sql(`SELECT DISTINCT table_catalog ${TABLES} LIMIT 2`)).toHaveLength(2);
    expect(await lake.sql(`SELECT table_name ${TABLES} WHERE length(table_name) = 4 LIMIT 2`)).toHaveLength(2);
    expect(await lake.sql(`(SELECT table_name ${TABLES}) UNION ALL (SELECT 'x') LIMIT 6`)).toHaveLength(6);
    expect(await lake.sql(`SELECT table_name FROM (SELECT table_name ${TABLES} ORDER BY 1) LIMIT 5`)).toHaveLength(5);
    expect(await lake.sql(`SELECT row_number() OVER (ORDER BY table_name) AS n ${TABLES} LIMIT 5`)).toHaveLength(5);
    expect(await lake.sql(`SELECT table_name, max(comment) OVER () ${TABLES} LIMIT 5`)).toHaveLength(5);
  });
});
