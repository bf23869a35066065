// Puts a file into a volume and reads it back, as it comes. Usage: node files.mjs LOCAL_FILE /Volumes/CATALOG/SCHEMA/VOLUME/NAME
import { openAsBlob } from 'node:fs';
import { clientCredentials, createLakescopeClient, LakescopeProblem } from '@lakescope/client';

const { LAKESCOPE_URL, DATABRICKS_HOST, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET } = process.env;
const [file, path] = process.argv.slice(2);

const lakescope = createLakescopeClient({
  baseUrl: LAKESCOPE_URL,
  token: clientCredentials({
    workspaceUrl: DATABRICKS_HOST,
    clientId: DATABRICKS_CLIENT_ID,
    clientSecret: DATABRICKS_CLIENT_SECRET,
  }),
  // An upload that is tried again is sent anew from its first byte, within this time.
  deadlineMs: 10 * 60_000,
});

try {
  await lakescope.putFileContent({ query: { path, overwrite: false }, body: await openAsBlob(file) });
} catch (error) {
  if (!(error instanceof LakescopeProblem) || error.code !== 'ALREADY_EXISTS') throw error;
  console.log(`${path} is there already`);
}

const response = await lakescope.getFileContent({ query: { path } });
let bytes = 0;
for await (const chunk of response.body) bytes += chunk.length;
console.log(`${path}: ${bytes} bytes of ${response.headers.get('content-type')}`);
