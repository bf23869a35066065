import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { printed, type Check } from './check';
import { cliChecks } from './databricks-cli';
import { runningProduct, startProduct } from './given-product';
import { pythonSdkChecks } from './python-sdk';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { endpoints: { type: 'string' }, json: { type: 'boolean' } } });
  const product = values.endpoints === undefined ? await startProduct() : await runningProduct(values.endpoints);
  const checks: Check[] = [];
  try {
    checks.push(...(await pythonSdkChecks(product.endpoints)), ...(await cliChecks(product.endpoints)));
    checks.push(...(await unknownRoutes(product.endpoints.workspace)));
  } finally {
    await product.stop();
  }
  await mkdir('dist/conformance', { recursive: true });
  await writeFile('dist/conformance/report.json', `${JSON.stringify(checks, undefined, 2)}\n`);
  console.log(values.json === true ? JSON.stringify(checks, undefined, 2) : printed(checks));
  process.exitCode = checks.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

/** What a client has asked for that the workspace does not know: a gap, also where the client went on without it. */
async function unknownRoutes(workspace: string): Promise<readonly Check[]> {
  const answer = (await (await fetch(`${workspace}/.local/requests`)).json()) as {
    requests: { method: string; path: string; route?: string }[];
  };
  const gaps = new Set(
    answer.requests.filter(({ route }) => route === undefined).map(({ method, path }) => `${method} ${path}`),
  );
  const client = 'the request log';
  return gaps.size === 0
    ? [{ client, name: 'unknown routes', outcome: 'passed', detail: 'none was asked for' }]
    : [...gaps].map((gap) => ({ client, name: 'unknown routes', outcome: 'failed', detail: gap }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
