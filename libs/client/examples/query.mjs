// Rows of a table, as lines of JSON; Ctrl-C cancels the query on the warehouse, too. Usage: node query.mjs CATALOG.SCHEMA.TABLE [LIMIT]
import {
  cancelQuery,
  clientCredentials,
  createClientOf,
  getQuery,
  QueryFailed,
  queryRecords,
  runQuery,
} from '@lakescope/client';

const { LAKESCOPE_URL, DATABRICKS_HOST, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET } = process.env;
const [name = '', limit = '10'] = process.argv.slice(2);
const [catalog, schema, table] = name.split('.');

// Named one by one, so that a bundle holds these operations and no others.
const lakescope = createClientOf(
  { runQuery, getQuery, cancelQuery },
  {
    baseUrl: LAKESCOPE_URL,
    token: clientCredentials({
      workspaceUrl: DATABRICKS_HOST,
      clientId: DATABRICKS_CLIENT_ID,
      clientSecret: DATABRICKS_CLIENT_SECRET,
    }),
  },
);

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('Interrupted')));

try {
  const request = { catalog, schema, table, limit: Number(limit) };
  for await (const record of queryRecords(lakescope, request, { signal: interrupted.signal })) {
    console.log(JSON.stringify(record));
  }
} catch (error) {
  if (!(error instanceof QueryFailed)) throw error;
  console.error(`${error.queryId} ${error.code}: ${error.message}`);
  process.exitCode = 1;
}
