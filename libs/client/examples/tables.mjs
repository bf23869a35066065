// Which tables are there, and what is in one? Usage: node tables.mjs CATALOG SCHEMA [--start]
import { clientCredentials, createLakescopeClient, LakescopeProblem, paginate } from '@lakescope/client';

const { LAKESCOPE_URL, DATABRICKS_HOST, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET } = process.env;
const [catalog, schema, flag] = process.argv.slice(2);

const lakescope = createLakescopeClient({
  baseUrl: LAKESCOPE_URL,
  token: clientCredentials({
    workspaceUrl: DATABRICKS_HOST,
    clientId: DATABRICKS_CLIENT_ID,
    clientSecret: DATABRICKS_CLIENT_SECRET,
  }),
});

for await (const { name } of paginate(lakescope.listTableNames, { query: { catalog, schema, limit: 500 } })) {
  try {
    const preview = await lakescope.previewTable({
      body: {
        source: { kind: 'table', full_name: `${catalog}.${schema}.${name}` },
        limit: 3,
        start_warehouse: flag === '--start',
      },
    });
    console.log(name, preview.rows);
  } catch (error) {
    if (!(error instanceof LakescopeProblem)) throw error;
    if (error.code === 'WAREHOUSE_STOPPED') console.log(`${name} needs ${error.details.name}, started by --start`);
    else console.log(name, error.code, error.message, `(in the log as ${error.correlationId})`);
  }
}
