import { LocalStack } from '@lakescope/server-testing';
import { Replica, sql, type Json } from '../testing/given-queries';

const EVENTS = { catalog: 'shop', schema: 'sales', table: 'events' };
const ROWS = 12_000;

describe('exporting a query over HTTP', () => {
  let stack: LocalStack;
  let replica: Replica;
  let other: Replica;

  beforeAll(async () => {
    stack = await LocalStack.start({ warehouseStartMilliseconds: 0 });
    const { workspace } = stack;
    await workspace.createCatalog('shop', { readers: [] });
    await workspace.createSchema('shop', 'sales');
    await workspace.createVolume('shop', 'sales', 'files');
    await workspace.createVolume('shop', 'sales', 'closed');
    await workspace.grant('CATALOG', 'shop', 'analysts', ['USE_CATALOG', 'USE_SCHEMA', 'SELECT']);
    await workspace.grant('VOLUME', 'shop.sales.files', 'analysts', ['READ_VOLUME', 'WRITE_VOLUME']);
    await sql(
      stack,
      `CREATE TABLE shop.sales.events AS SELECT id, concat('=name ', id) AS name FROM range(0, ${ROWS}) AS t(id)`,
    );
    [replica, other] = await Promise.all([Replica.start(stack), Replica.start(stack)]);
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await Promise.all([replica.stop(), other.stop()]);
    await stack.stop();
  });

  it('makes a file of all rows in a volume, tells any replica how far it is, and hands it over with Range', async () => {
    const query = await queryId();
    const started = await replica.ask('analyst', `/query/${query}/export`, {
      method: 'POST',
      json: { format: 'csv', destination: '/Volumes/shop/sales/files/exports' },
    });
    expect(started).toMatchObject({ status: 202, body: { status: 'PENDING', download_url: null, row_count: null } });

    const done = await ended(query, started.body['export_id'] as string);

    expect(done).toMatchObject({
      status: 'SUCCEEDED',
      row_count: ROWS,
      rows_written: ROWS,
      truncated: false,
      error: null,
    });
    const path = (done['download_url'] as string).replace('/api/v1/unity-catalog', '');
    const whole = await (await other.open('analyst', path)).text();
    expect(whole.length).toBe(done['size_bytes']);
    expect(whole.split('\r\n')).toHaveLength(ROWS + 2);
    expect(whole).toContain("'=name 11999");
    const rest = await other.open('analyst', path, { headers: { range: 'bytes=100-199' } });
    expect([rest.status, await rest.text()]).toEqual([206, whole.slice(100, 200)]);
    expect(
      await replica.ask('engineer', `/query/${query}/exports/${started.body['export_id'] as string}`),
    ).toMatchObject({
      status: 404,
    });
  });

  it('leaves nothing where somebody may not write, and says what to ask for', async () => {
    const query = await queryId();
    const { body } = await replica.ask('analyst', `/query/${query}/export`, {
      method: 'POST',
      json: { format: 'json', destination: '/Volumes/shop/sales/closed' },
    });

    expect(await ended(query, body['export_id'] as string)).toMatchObject({
      status: 'FAILED',
      row_count: null,
      download_url: null,
      error: { error_code: 'CATALOG_PERMISSION_DENIED', message: expect.stringContaining('WRITE VOLUME') },
    });
  });

  it('goes on behind storage that cuts the line, with no row missing or doubled', async () => {
    const query = await queryId();
    stack.workspace.faults.add({ pathPrefix: '/.results', cut: 'body', times: 2 });
    const { body } = await replica.ask('analyst', `/query/${query}/export`, {
      method: 'POST',
      json: { format: 'json', destination: '/Volumes/shop/sales/files' },
    });
    const done = await ended(query, body['export_id'] as string);
    expect(done).toMatchObject({ status: 'SUCCEEDED', row_count: ROWS });

    const path = (done['download_url'] as string).replace('/api/v1/unity-catalog', '');
    const rows = (await (await replica.open('analyst', path)).json()) as { id: string }[];
    expect(new Set(rows.map(({ id }) => id)).size).toBe(ROWS);
  });

  it('is the same from a warehouse that has only links to Arrow', async () => {
    const query = await queryId();
    const { warehouseId } = stack.workspace;
    stack.workspace.offerResultsOnlyAs(warehouseId, { disposition: 'EXTERNAL_LINKS', format: 'ARROW_STREAM' });
    const { body } = await replica.ask('analyst', `/query/${query}/export`, {
      method: 'POST',
      json: { format: 'json', destination: '/Volumes/shop/sales/files' },
    });
    const done = await ended(query, body['export_id'] as string);
    stack.workspace.offerResultsOnlyAs(warehouseId);
    expect(done).toMatchObject({ status: 'SUCCEEDED', row_count: ROWS });

    const path = (done['download_url'] as string).replace('/api/v1/unity-catalog', '');
    const rows = (await (await replica.open('analyst', path)).json()) as unknown[];
    expect(rows).toEqual(Array.from({ length: ROWS }, (_, id) => ({ id: String(id), name: `=name ${id}` })));
  });

  it('is interrupted with its replica, and there is no file then', async () => {
    const ending = await Replica.start(stack);
    const query = await queryId();
    stack.workspace.faults.add({ pathPrefix: '/.results', delayMs: 3_000 });
    const { body } = await ending.ask('analyst', `/query/${query}/export`, {
      method: 'POST',
      json: { format: 'csv', destination: '/Volumes/shop/sales/files/gone' },
    });
    await ending.stop();

    expect(await ended(query, body['export_id'] as string)).toMatchObject({ status: 'INTERRUPTED', row_count: null });
    const { body: listed } = await other.ask('analyst', '/files?path=/Volumes/shop/sales/files/gone');
    expect(listed['items'] ?? listed['entries']).toEqual([]);
  });

  it('asks for a destination when nobody has said one', async () => {
    const answer = await replica.ask('analyst', `/query/${await queryId()}/export`, {
      method: 'POST',
      json: { format: 'csv' },
    });

    expect(answer).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
    expect(answer.body['detail']).toContain('export_destination');
  });

  it('hands the rows of the page over at once', async () => {
    const query = await queryId();
    const csv = await other.open('analyst', `/query/${query}/content?format=csv`);
    const parquet = await other.open('analyst', `/query/${query}/content?format=parquet`);

    expect(csv.headers.get('content-disposition')).toContain("filename*=UTF-8''events.csv");
    expect(await csv.text()).toBe("id,name\r\n0,'=name 0\r\n1,'=name 1\r\n");
    expect(
      Buffer.from(await parquet.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('PAR1');
  });

  async function queryId(): Promise<string> {
    const { body } = await replica.run('analyst', { ...EVENTS, order_by: [{ column: 'id' }], limit: 2 });
    expect(body).toMatchObject({ status: 'SUCCEEDED' });
    return body['query_id'] as string;
  }

  async function ended(query: string, exportId: string): Promise<Json> {
    for (;;) {
      const { body } = await other.ask('analyst', `/query/${query}/exports/${exportId}`);
      if (body['status'] !== 'PENDING' && body['status'] !== 'RUNNING') return body;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
