import { setTimeout as delay } from 'node:timers/promises';
import { tableFromIPC } from 'apache-arrow';
import type { ErrorEnvelope, ExternalLink, StatementResponse, StatementResult } from '@lakescope/databricks-wire';
import { GivenStatements } from '../../testing/given-statements';
import { givenWorkspace } from '../../testing/given-workspace';
import type { LocalWorkspace } from '../../workspace/local-workspace';

const LINK_MILLISECONDS = 2000;
const LARGE = "SELECT id, repeat('y', 1000) AS y, CAST(id AS DECIMAL(20,2)) AS d FROM range(12000) ORDER BY id";

describe('external links', () => {
  let workspace: LocalWorkspace;
  let sql: GivenStatements;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({
      warehouseStartMilliseconds: 10,
      resultLinkMilliseconds: LINK_MILLISECONDS,
    }));
    sql = new GivenStatements(workspace);
  });
  afterAll(() => stop());

  const links = (statement: string, format: 'JSON_ARRAY' | 'CSV' | 'ARROW_STREAM' = 'JSON_ARRAY') =>
    sql.run('analyst', statement, { disposition: 'EXTERNAL_LINKS', format });

  const onlyLink = ({ result }: Pick<StatementResponse, 'result'>): ExternalLink => {
    const [link, ...others] = result?.external_links ?? [];
    if (link === undefined || others.length > 0) throw new Error('There is not one link');
    return link;
  };

  /** Every chunk as it is fetched: without Authorization, with a new link when the chunk was asked for again. */
  const fetchAll = async (statement: StatementResponse): Promise<{ link: ExternalLink; body: Buffer }[]> => {
    const fetched: { link: ExternalLink; body: Buffer }[] = [];
    for (let link: ExternalLink | undefined = onlyLink(statement); link !== undefined;) {
      const answer = await fetch(link.external_link);
      if (answer.status !== 200) throw new Error(await answer.text());
      fetched.push({ link, body: Buffer.from(await answer.arrayBuffer()) });
      const next: number | undefined = link.next_chunk_index;
      const path: string = `/${statement.statement_id}/result/chunks/${String(next)}`;
      link =
        next === undefined ? undefined : onlyLink({ result: (await sql.ask('analyst', path)).json<StatementResult>() });
    }
    return fetched;
  };

  it('lead to chunks that hold all rows, each in one compact array', async () => {
    const statement = await links(LARGE);
    const chunks = await fetchAll(statement);

    expect(chunks.length).toBeGreaterThan(2);
    expect(
      chunks.map(({ link, body }) => [link.byte_count, (JSON.parse(body.toString()) as unknown[]).length]),
    ).toEqual(chunks.map(({ link, body }) => [body.length, link.row_count]));
    expect(chunks.flatMap(({ body }) => (JSON.parse(body.toString()) as string[][]).map(([id]) => id))).toEqual(
      Array.from({ length: 12_000 }, (_, at) => String(at)),
    );
    expect(statement.manifest).toMatchObject({ total_chunk_count: chunks.length, total_row_count: 12_000 });
    expect(statement.result).not.toHaveProperty('data_array');
  });

  it('lead to CSV whose header is in the first chunk alone', async () => {
    const texts = (await fetchAll(await links(LARGE, 'CSV'))).map(({ body }) => body.toString());

    expect(texts[0]?.slice(0, 8)).toBe('id,y,d\r\n');
    expect(texts[1]).toMatch(/^\d+,y+,\d+\.00\r\n/);
    expect(texts.join('').split('\r\n')).toHaveLength(12_000 + 2);
  });

  it('lead to Arrow streams that can be read one by one', async () => {
    const chunks = await fetchAll(await links(LARGE, 'ARROW_STREAM'));
    const tables = chunks.map(({ body }) => tableFromIPC(body));

    expect(tables.map(({ numRows }) => numRows)).toEqual(chunks.map(({ link }) => link.row_count));
    expect(tables[0]?.schema.fields.map(({ name, type }) => `${name} ${String(type)}`)).toEqual([
      'id Int64',
      'y Utf8',
      'd Decimal[20e+2]',
    ]);
    expect(
      tables
        .at(-1)
        ?.getChild('id')
        ?.get((tables.at(-1)?.numRows ?? 0) - 1),
    ).toBe(11_999n);
  });

  it('say when they end, at most a quarter of an hour later, and then lead nowhere until a new one is asked for', async () => {
    const statement = await links('SELECT 1');
    const first = onlyLink(statement);
    const expires = Date.parse(first.expiration);
    expect(expires - Date.now()).toBeLessThanOrEqual(LINK_MILLISECONDS);

    await delay(Math.max(expires - Date.now(), 0) + 5);
    const late = await fetch(first.external_link);
    const again = onlyLink(await sql.get('analyst', statement.statement_id));

    expect(late.status).toBe(403);
    expect(await late.text()).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
    expect(await (await fetch(again.external_link)).json()).toEqual([['1']]);
  });

  it('are refused with an Authorization header, whoever’s it is', async () => {
    const { external_link: link } = onlyLink(await links('SELECT 1'));

    const answer = await fetch(link, { headers: { authorization: `Bearer ${workspace.personas.analyst.token}` } });

    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/xml']);
    expect(await answer.text()).toContain('<Code>InvalidArgument</Code><Message>Only one auth mechanism allowed;');
  });

  it('cannot be made up or changed', async () => {
    const { external_link: link } = onlyLink(await links('SELECT 1'));
    const changed = [
      link.replace('X-Amz-Expires=2', 'X-Amz-Expires=9000'),
      link.replace('/0?', '/1?'),
      link.replace(/X-Amz-Signature=\w+/, ''),
      link.replace(/X-Amz-Signature=\w+/, `X-Amz-Signature=${'0'.repeat(64)}`),
      link.replace(/\?.*/, ''),
      link.replace(/X-Amz-Date=\w+/, 'X-Amz-Date=never'),
    ];

    const answers = await Promise.all(changed.map((url) => fetch(url)));

    expect(new Set(changed).size).toBe(changed.length);
    expect(answers.map(({ status }) => status)).toEqual(changed.map(() => 403));
  });

  it('need a format and a way the warehouse has', async () => {
    const { warehouseId } = workspace;
    const refusal = async (more: object) => {
      const answer = await sql.post('analyst', 'SELECT 1', more);
      return answer.status === 200 ? 200 : [answer.status, answer.json<ErrorEnvelope>().message];
    };
    workspace.offerResultsOnlyAs(warehouseId, { disposition: 'INLINE', format: 'ARROW_STREAM' });
    const refused = [await refusal({}), await refusal({ disposition: 'EXTERNAL_LINKS' })];
    const arrow = await sql.run('analyst', 'SELECT 7 AS seven', { format: 'ARROW_STREAM' });
    workspace.offerResultsOnlyAs(warehouseId);

    expect(refused).toEqual([
      [400, 'Inline disposition only supports ARROW_STREAM format.'],
      [501, 'ExternalLinks disposition is not yet implemented.'],
    ]);
    const table = tableFromIPC(Buffer.from(arrow.result?.attachment ?? '', 'base64'));
    expect(table.getChild('seven')?.get(0)).toBe(7);
    expect(await refusal({})).toBe(200);
  });
});
