import type { ListTableSummariesResponse } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { ask, givenFolder, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { Metastore } from './metastore';

const ROOT = '/api/2.1/unity-catalog';

describe('table summaries', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const stateDirectory = await givenFolder();
    const metastore = await Metastore.open(stateDirectory, 'ada.keller@lakescope.example');
    await metastore.createCatalog('demo', { readers: [] });
    for (const schema of ['eu', 'us', 'us_old']) {
      await metastore.createSchema('demo', schema);
      for (const name of ['flights', 'weather']) {
        const location = `/Volumes/demo/eu/files/${schema}/${name}`;
        const details = { tableType: 'EXTERNAL', format: 'DELTA', columns: [], location } as const;
        await metastore.createTable(`demo.${schema}.${name}`, details);
      }
    }
    await metastore.createTable('demo.us.busy', { tableType: 'VIEW', columns: [], viewDefinition: 'SELECT 1' });
    await metastore.settle();
    ({ workspace, stop } = await givenWorkspace({ stateDirectory }));
    await workspace.grant('CATALOG', 'demo', 'engineers', ['USE_CATALOG', 'USE_SCHEMA', 'SELECT']);
    await workspace.grant('CATALOG', 'demo', 'analysts', ['USE_CATALOG', 'SELECT']);
    await workspace.grant('SCHEMA', 'demo.us', 'analysts', ['USE_SCHEMA']);
  });
  afterAll(() => stop());

  const summaries = async (persona: PersonaName, query = '') =>
    ask(workspace, `${ROOT}/table-summaries?catalog_name=demo${query}`, { token: workspace.personas[persona].token });
  const names = async (persona: PersonaName, query = '') =>
    ((await summaries(persona, query)).json<ListTableSummariesResponse>().tables ?? []).map(
      ({ full_name }) => full_name,
    );

  it('name the tables of all schemas one may use', async () => {
    expect((await summaries('analyst')).json()).toEqual({
      tables: [
        { full_name: 'demo.us.busy', table_type: 'VIEW' },
        { full_name: 'demo.us.flights', table_type: 'EXTERNAL' },
        { full_name: 'demo.us.weather', table_type: 'EXTERNAL' },
      ],
    });
    expect(await names('engineer')).toHaveLength(7);
    expect((await summaries('outsider')).status).toBe(403);
  });

  it.each([
    ['&schema_name_pattern=us', ['demo.us.busy', 'demo.us.flights', 'demo.us.weather']],
    ['&schema_name_pattern=us%25&table_name_pattern=F%25', ['demo.us.flights', 'demo.us_old.flights']],
    ['&schema_name_pattern=us%5C_old', ['demo.us_old.flights', 'demo.us_old.weather']],
    ['&table_name_pattern=%25t__er', []],
    ['&table_name_pattern=weathe_&schema_name_pattern=e_', ['demo.eu.weather']],
  ])('are narrowed by %s', async (query, expected) => {
    expect(await names('engineer', query)).toEqual(expected);
  });

  it('come in pages that may be empty, each table once', async () => {
    const pages: (string | undefined)[][] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const query: string = `&max_results=2${token === '' ? '' : `&page_token=${token}`}`;
      const page: ListTableSummariesResponse = (await summaries('analyst', query)).json<ListTableSummariesResponse>();
      pages.push((page.tables ?? []).map(({ full_name }) => full_name));
      token = page.next_page_token;
    }

    expect(pages).toEqual([[], ['demo.us.busy', 'demo.us.flights'], ['demo.us.weather'], []]);
  });

  it('refuse the page token of another question', async () => {
    const { next_page_token } = (await summaries('engineer', '&max_results=1')).json<ListTableSummariesResponse>();

    const answer = await summaries('engineer', `&table_name_pattern=f%25&page_token=${next_page_token}`);

    expect(answer.status).toBe(400);
  });
});
