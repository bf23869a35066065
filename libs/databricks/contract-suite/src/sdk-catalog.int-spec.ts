import { all, GivenSdk } from './given-sdk';

describe('Unity Catalog by the official JS SDK, unmodified', () => {
  let given: GivenSdk;

  beforeAll(async () => {
    given = await GivenSdk.start();
  });
  afterAll(async () => {
    const gaps = given.workspace.requestLog.gaps();
    await given.stop();
    expect(gaps).toEqual([]);
  });

  it('makes, shows, lists and drops a catalog with a schema', async () => {
    const sdk = given.as('admin');
    await sdk.catalogs.create({ name: 'by_sdk', comment: 'made here' });
    await sdk.schemas.create({ name: 's', catalog_name: 'by_sdk' });

    expect(await sdk.catalogs.get({ name: 'by_sdk' })).toMatchObject({
      name: 'by_sdk',
      comment: 'made here',
      catalog_type: 'MANAGED_CATALOG',
    });
    expect((await sdk.schemas.get({ full_name: 'by_sdk.s' })).full_name).toBe('by_sdk.s');
    expect((await all(sdk.schemas.list({ catalog_name: 'by_sdk' }))).map(({ name }) => name)).toEqual(['s']);
    await expect(sdk.catalogs.delete({ name: 'by_sdk' })).rejects.toMatchObject({ statusCode: 400 });
    await sdk.catalogs.delete({ name: 'by_sdk', force: true });
    await expect(sdk.catalogs.get({ name: 'by_sdk' })).rejects.toMatchObject({ statusCode: 404 });
  });

  it('makes a volume and finds it in its list', async () => {
    const sdk = given.as('admin');
    await sdk.volumes.create({ catalog_name: 'contract', schema_name: 'suite', name: 'v', volume_type: 'MANAGED' });

    expect(await sdk.volumes.read({ name: 'contract.suite.v' })).toMatchObject({
      full_name: 'contract.suite.v',
      volume_type: 'MANAGED',
    });
    const listed = await all(sdk.volumes.list({ catalog_name: 'contract', schema_name: 'suite' }));
    expect(listed.map(({ name }) => name)).toContain('v');
    await sdk.volumes.delete({ name: 'contract.suite.v' });
  });

  it('sees the tables that SQL made, with their columns, summaries and existence', async () => {
    const sdk = given.as('admin');
    const { status } = await sdk.statementExecution.executeStatement({
      warehouse_id: given.workspace.warehouseId,
      statement: 'CREATE TABLE contract.suite.t (id BIGINT NOT NULL, amt DECIMAL(10,2) COMMENT "money")',
      wait_timeout: '50s',
    });

    expect(status?.state).toBe('SUCCEEDED');
    expect(await sdk.tables.get({ full_name: 'contract.suite.t' })).toMatchObject({
      table_type: 'MANAGED',
      data_source_format: 'DELTA',
      columns: [
        { name: 'id', position: 0, type_name: 'LONG', type_text: 'bigint', nullable: false },
        { name: 'amt', position: 1, type_name: 'DECIMAL', type_precision: 10, type_scale: 2, comment: 'money' },
      ],
    });
    expect(await sdk.tables.exists({ full_name: 'contract.suite.t' })).toEqual({ table_exists: true });
    const listed = { catalog_name: 'contract', schema_name: 'suite', max_results: 0 };
    expect((await all(sdk.tables.list(listed))).map(({ name }) => name)).toContain('t');
    const summaries = await all(sdk.tables.listSummaries({ catalog_name: 'contract', table_name_pattern: 't' }));
    expect(summaries).toMatchObject([{ full_name: 'contract.suite.t', table_type: 'MANAGED' }]);
    await sdk.tables.delete({ full_name: 'contract.suite.t' });
    await expect(sdk.tables.get({ full_name: 'contract.suite.t' })).rejects.toMatchObject({ statusCode: 404 });
  });

  it('describes a function', async () => {
    const sdk = given.as('admin');
    await sdk.functions.create({
      function_info: {
        name: 'plus_one',
        catalog_name: 'contract',
        schema_name: 'suite',
        input_params: { parameters: [{ name: 'x', type_name: 'INT', type_text: 'int', position: 0 }] },
        data_type: 'INT',
        full_data_type: 'INT',
        routine_body: 'SQL',
        routine_definition: 'x + 1',
        parameter_style: 'S',
        is_deterministic: true,
        sql_data_access: 'CONTAINS_SQL',
        is_null_call: false,
        security_type: 'DEFINER',
        specific_name: 'plus_one',
      },
    });

    expect((await sdk.functions.get({ name: 'contract.suite.plus_one' })).routine_definition).toBe('x + 1');
    const listed = await all(sdk.functions.list({ catalog_name: 'contract', schema_name: 'suite' }));
    expect(listed.map(({ name }) => name)).toEqual(['plus_one']);
    await sdk.functions.delete({ name: 'contract.suite.plus_one' });
  });

  // Its PATCH calls of 0.17.0 send no body, so what they would change is granted beside it.
  it('reads who may do what, itself and inherited', async () => {
    await given.workspace.grant('CATALOG', 'contract', 'analysts', ['SELECT']);
    const sdk = given.as('admin');

    const own = await sdk.grants.get({ securable_type: 'CATALOG', full_name: 'contract', principal: 'analysts' });
    const effective = await sdk.grants.getEffective({
      securable_type: 'SCHEMA',
      full_name: 'contract.suite',
      principal: 'analysts',
    });

    expect(own.privilege_assignments?.[0]?.privileges).toContain('SELECT');
    expect(effective.privilege_assignments?.[0]?.privileges).toContainEqual({
      privilege: 'SELECT',
      inherited_from_type: 'CATALOG',
      inherited_from_name: 'contract',
    });
  });

  it('shows nobody what he may not use', async () => {
    const sdk = given.as('outsider');

    expect(await all(sdk.catalogs.list({}))).toEqual([]);
    await expect(sdk.catalogs.get({ name: 'contract' })).rejects.toMatchObject({ statusCode: 403 });
  });

  it('reads the metastore and what the workspace is assigned to', async () => {
    const sdk = given.as('analyst');
    const { metastore_id } = await sdk.metastores.current();

    expect(metastore_id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await sdk.metastores.summary()).metastore_id).toBe(metastore_id);
  });
});
