import { BIG_CATALOG, fillBigCatalog, SCHEMAS, schemaName, TABLES_PER_SCHEMA } from './big-catalog';
import { residentMegabytes } from './processes';
import { RunningApi } from './running-api';
import type { Outcome, Scenario } from './scenario';

const QUESTIONS = 200;
const UC = '/api/v1/unity-catalog';

/** What people type, letter by letter and whole: names, parts of names, full names, all of them and none. */
const SEARCHES = ['t', 'ta', 'table_0', 'table_199', '_17', 'schema_25', 'schema_250.table_1', 'big.', 'nothing', '9'];

export const catalogSearch: Scenario = {
  name: 'catalog-search',
  title: `listing and search at the API over ${SCHEMAS} schemas of ${TABLES_PER_SCHEMA} tables, one user`,
  tell: async (log) => {
    const api = await RunningApi.start({ database: false });
    try {
      await fillBigCatalog(api.stack.workspace, log);
      log('filled');
      return [...(await byWay(api, 'rest', ['unity-catalog'])), ...(await byWay(api, 'sql', ['sql']))];
    } finally {
      await api.stop();
    }
  },
};

async function byWay(api: RunningApi, via: string, scopes: readonly string[]): Promise<readonly Outcome[]> {
  const { token } = await api.stack.workspace.issueUserToken('admin', scopes);
  const ask = async (path: string): Promise<number> => {
    const answer = await api.ask(`${UC}${path}`, token);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    const told = (JSON.parse(answer.text) as { via: string }).via;
    if (told !== via) throw new Error(`${path} went by ${told} and not by ${via}`);
    return answer.ms;
  };
  await ask('/catalogs?start_warehouse=true');
  const before = residentMegabytes(api.process.child);
  const first = await ask('/search?q=table_199');
  while (await isIncomplete(api, token)) await new Promise((resolve) => setTimeout(resolve, 200));
  const listed = residentMegabytes(api.process.child);
  const searches = await times(QUESTIONS, (at) => ask(`/search?q=${SEARCHES[at % SEARCHES.length]}&limit=20`));
  const schemas = await times(via === 'rest' ? 50 : 10, () => ask(`/schemas?catalog=${BIG_CATALOG}&limit=500`));
  const tables = await times(via === 'rest' ? 100 : 10, (at) =>
    ask(`/table-names?catalog=${BIG_CATALOG}&schema=${schemaName(at % SCHEMAS)}&limit=200`),
  );
  const rest = via === 'rest';
  return [
    { what: `search, p95 (${via})`, value: p95(searches), unit: 'ms', atMost: 150 },
    { what: `search, slowest of ${QUESTIONS} (${via})`, value: Math.max(...searches), unit: 'ms' },
    { what: `the first search of a token, which lists everything (${via})`, value: first, unit: 'ms' },
    { what: `${SCHEMAS} schemas, p95 (${via})`, value: p95(schemas), unit: 'ms' },
    { what: `${TABLES_PER_SCHEMA} names of tables, p95 (${via})`, value: p95(tables), unit: 'ms' },
    ...(rest ? [{ what: 'memory with everything listed', value: listed - before, unit: 'MB' }] : []),
  ];
}

async function isIncomplete(api: RunningApi, token: string): Promise<boolean> {
  const { text } = await api.ask(`${UC}/search?q=nothing`, token);
  return (JSON.parse(text) as { incomplete: boolean }).incomplete;
}

async function times(count: number, work: (at: number) => Promise<number>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let at = 0; at < count; at++) found.push(await work(at));
  return found;
}

function p95(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
}
