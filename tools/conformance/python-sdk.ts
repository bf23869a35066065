import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { oneLine, type Check } from './check';
import type { Endpoints } from './given-product';
import { runProgram } from './run-program';

/** Older ones lack calls that are tried; which one it was in the end stands in the report. */
const WANTED = 'databricks-sdk>=0.133';
const CLIENT = 'databricks-sdk for Python';
const ENVIRONMENT = 'dist/conformance/python';

/** The Python SDK, installed from its registry into a folder of its own, does what `sdk_checks.py` says. */
export async function pythonSdkChecks({ workspace, personas, ...given }: Endpoints): Promise<readonly Check[]> {
  const python = await installed();
  if ('reason' in python) return [{ client: CLIENT, name: 'all', outcome: 'not run', detail: python.reason }];
  const { warehouse_id, service_principal } = given;
  const asked = JSON.stringify({ warehouse_id, app: 'lakescope', ...service_principal });
  const { stdout, stderr, code } = await runProgram(
    python.program,
    [resolve('tools/conformance/sdk_checks.py'), asked],
    {
      environment: { PATH: process.env['PATH'], DATABRICKS_HOST: workspace, DATABRICKS_TOKEN: personas.admin.token },
      seconds: 600,
    },
  );
  const checks = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => checkOf(`${CLIENT} ${python.version}`, line));
  if (code === 0 && checks.length > 0) return checks;
  return [...checks, { client: CLIENT, name: 'the program', outcome: 'failed', detail: oneLine(stderr) }];
}

function checkOf(client: string, line: string): Check {
  const { name, ok, detail } = JSON.parse(line) as { name: string; ok: boolean; detail: string };
  return {
    client,
    name: name.replaceAll('_', ' '),
    outcome: ok ? 'passed' : 'failed',
    detail: oneLine(detail),
  };
}

async function installed(): Promise<{ program: string; version: string } | { reason: string }> {
  const program = resolve(join(ENVIRONMENT, 'bin/python'));
  if (!existsSync(program)) {
    const made = await runProgram('python3', ['-m', 'venv', ENVIRONMENT]);
    if (made.code !== 0) return { reason: `there is no python3 that can make an environment: ${oneLine(made.stderr)}` };
  }
  const quietly = ['--quiet', '--disable-pip-version-check'];
  const got = await runProgram(program, ['-m', 'pip', 'install', ...quietly, WANTED], { seconds: 600 });
  if (got.code !== 0) return { reason: `pip could not get ${WANTED}: ${oneLine(got.stderr)}` };
  const asked = await runProgram(program, ['-c', 'from databricks.sdk.version import __version__ as v; print(v)']);
  return { program, version: asked.stdout.trim() };
}
