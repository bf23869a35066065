// GET /freshness?path=/Volumes/CATALOG/SCHEMA/VOLUME&hours=24: how old the tables below a folder are.
import { createServer } from 'node:http';
import { clientCredentials, LakescopeProblem } from '@lakescope/client';
import { Freshness } from './freshness.mjs';

const { LAKESCOPE_URL, DATABRICKS_HOST, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET, PORT = '8080' } = process.env;

const freshness = new Freshness({
  baseUrl: LAKESCOPE_URL,
  token: clientCredentials({
    workspaceUrl: DATABRICKS_HOST,
    clientId: DATABRICKS_CLIENT_ID,
    clientSecret: DATABRICKS_CLIENT_SECRET,
  }),
  deadlineMs: 20_000,
});

const server = createServer(async (request, response) => {
  if (!URL.canParse(request.url, 'http://service')) return answer(response, 400, { error: 'This is no address' });
  const { pathname, searchParams } = new URL(request.url, 'http://service');
  const path = searchParams.get('path');
  const hours = Number(searchParams.get('hours') ?? 24);
  if (pathname !== '/freshness' || request.method !== 'GET') return answer(response, 404, { error: 'GET /freshness' });
  if (!path || !(hours > 0)) return answer(response, 400, { error: 'path and a number of hours above 0 are needed' });
  // Whoever leaves needs no answer, and the app needs not make one.
  const left = new AbortController();
  response.on('close', () => left.abort(new Error('The caller has left')));
  try {
    answer(response, 200, { tables: await freshness.below(path, hours, left.signal) });
  } catch (error) {
    if (left.signal.aborted) return;
    answer(response, ...failureOf(error));
  }
});

server.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => server.close());

function failureOf(error) {
  if (!(error instanceof LakescopeProblem)) return [502, { error: 'Lakescope cannot be reached', why: error.message }];
  // The rights are those of this service, so what it may not see is no fault of who asks.
  const status = error.status === 400 || error.status === 404 ? error.status : 502;
  return [status, { error: error.code, why: error.message, correlation_id: error.correlationId }];
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
