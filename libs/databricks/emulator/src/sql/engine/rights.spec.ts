import { GivenLake } from './testing/given-lake';

describe('what a caller may do', () => {
  let lake: GivenLake;
  beforeAll(async () => {
    lake = await GivenLake.open();
    await lake.given('main.sales.orders', `SELECT 1 AS id`);
    await lake.given('main.sales.hidden', `SELECT 1 AS id`);
    await lake.given('secret.vault.gold', `SELECT 42 AS bars`);
    lake.view('main.sales.through', 'SELECT bars + 1 AS bars FROM secret.vault.gold');
  });
  beforeEach(() => lake.granted.clear());
  afterAll(() => lake.close());

  const grant = (...what: string[]): void => what.forEach((one) => lake.granted.add(one));
  const asGuest = (text: string): Promise<unknown> => lake.sql(text, { caller: lake.person('guest') });
  const CHAIN = ['USE CATALOG main', 'USE SCHEMA main.sales'];

  it('asks for every link of the chain, from the catalog down, also where nothing is', async () => {
    const text = 'SELECT * FROM main.sales.orders';
    await expect(asGuest(text)).rejects.toMatchObject({
      message:
        "[INSUFFICIENT_PERMISSIONS] Insufficient privileges:\nUser does not have USE CATALOG on Catalog 'main'. SQLSTATE: 42501",
      sqlState: '42501',
    });
    await expect(asGuest('SELECT * FROM main.sales.nowhere')).rejects.toThrow("USE CATALOG on Catalog 'main'");
    grant('USE CATALOG main');
    await expect(asGuest(text)).rejects.toThrow("User does not have USE SCHEMA on Schema 'main.sales'.");
    grant('USE SCHEMA main.sales');
    await expect(asGuest(text)).rejects.toThrow("User does not have SELECT on Table 'main.sales.orders'.");
    grant('SELECT main.sales.orders');

    expect(await asGuest(text)).toEqual([['1']]);
    expect(await lake.sql(text)).toEqual([['1']]);
  });

  it('asks for every table, wherever a query reads it', async () => {
    grant(...CHAIN, 'SELECT main.sales.orders');
    for (const text of [
      'SELECT (SELECT max(id) FROM sales.hidden) FROM sales.orders',
      'SELECT * FROM sales.orders WHERE EXISTS (SELECT 1 FROM sales.hidden)',
      'WITH h AS (SELECT * FROM sales.hidden) SELECT id FROM sales.orders',
      'SELECT * FROM sales.orders JOIN sales.hidden USING (id)',
      'SELECT * FROM sales.orders UNION SELECT * FROM sales.hidden VERSION AS OF 0',
      'DESCRIBE sales.hidden',
      'DESCRIBE DETAIL sales.hidden',
      'DESCRIBE HISTORY sales.hidden',
      'SHOW COLUMNS IN sales.hidden',
      'DESCRIBE QUERY SELECT * FROM sales.hidden',
    ]) {
      await expect(asGuest(text)).rejects.toThrow("SELECT on Table 'main.sales.hidden'");
    }
  });

  it("reads a view with its owner's rights, and only through the view", async () => {
    grant(...CHAIN, 'SELECT main.sales.through');

    expect(await asGuest('SELECT * FROM sales.through')).toEqual([['43']]);
    await expect(asGuest('SELECT * FROM secret.vault.gold')).rejects.toThrow("USE CATALOG on Catalog 'secret'");
  });

  it('lists only what may be seen', async () => {
    grant(...CHAIN, 'SELECT main.sales.orders');

    expect(await asGuest('SHOW CATALOGS')).toEqual([['main']]);
    expect(await asGuest('SHOW SCHEMAS IN main')).toEqual([['information_schema'], ['sales']]);
    expect(await asGuest('SHOW TABLES IN main.sales')).toEqual([['sales', 'orders', 'false']]);
    expect(await asGuest('SELECT table_name FROM information_schema.tables')).toEqual([['orders']]);
    expect(
      await asGuest('SELECT table_name, column_name, full_data_type FROM system.information_schema.columns'),
    ).toEqual([['orders', 'id', 'int']]);
    expect(await asGuest('SELECT catalog_name FROM system.information_schema.catalogs')).toEqual([['main']]);
    expect(await asGuest('SELECT schema_name FROM main.information_schema.schemata')).toEqual([['sales']]);
    expect(await asGuest('SELECT table_name, grantee FROM information_schema.table_privileges')).toEqual([
      ['orders', 'guest'],
    ]);
    await expect(asGuest('SELECT * FROM secret.information_schema.tables')).rejects.toThrow(
      "USE CATALOG on Catalog 'secret'",
    );
    await expect(asGuest('SHOW TABLES IN secret.vault')).rejects.toThrow("USE CATALOG on Catalog 'secret'");
    expect(await lake.sql('SHOW CATALOGS')).toEqual([['main'], ['secret']]);
    expect(await lake.sql('SHOW TABLES IN sales LIKE "o*|th*h"')).toEqual([
      ['sales', 'orders', 'false'],
      ['sales', 'through', 'false'],
    ]);
  });

  it('asks for MODIFY to insert, for CREATE TABLE to create and for MANAGE to drop', async () => {
    grant(...CHAIN, 'SELECT main.sales.orders');

    await expect(asGuest('INSERT INTO sales.orders VALUES (2)')).rejects.toThrow("MODIFY on Table 'main.sales.orders'");
    await expect(asGuest('CREATE TABLE sales.own (id INT)')).rejects.toThrow("CREATE TABLE on Schema 'main.sales'");
    await expect(asGuest('DROP TABLE sales.orders')).rejects.toThrow("MANAGE on Table 'main.sales.orders'");
    grant('MODIFY main.sales.hidden', 'CREATE TABLE main.sales');
    await expect(asGuest('INSERT INTO sales.hidden SELECT bars FROM secret.vault.gold')).rejects.toThrow(
      "Catalog 'secret'",
    );
    expect(await asGuest('INSERT INTO sales.hidden SELECT id + 1 FROM sales.orders')).toEqual([['1', '1']]);
    await asGuest('CREATE TABLE sales.own AS SELECT id FROM sales.orders');

    expect(await lake.sql('SELECT count(*) FROM sales.hidden')).toEqual([['2']]);
    expect(await lake.sql('SELECT * FROM sales.own')).toEqual([['1']]);
    expect(await lake.sql('SELECT table_owner FROM information_schema.tables WHERE table_name = "own"')).toEqual([
      ['guest'],
    ]);
  });
});
