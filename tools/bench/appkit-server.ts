import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStack } from '@lakescope/server-testing';
import { freePort, startNode, type RunningProcess } from './processes';

/** The peer is pinned, so that two runs compare the same two things. */
export const APPKIT = '@databricks/appkit@0.38.1';

/** Its own plugins in its own server, on behalf of the user, as its guides "Files plugin" and "Serving plugin" set them up. */
const SERVER = `
import { createApp, files, server, serving } from '@databricks/appkit';
await createApp({
  plugins: [
    server({ host: '127.0.0.1', port: Number(process.env.DATABRICKS_APP_PORT) }),
    ...(process.env.DATABRICKS_VOLUME_FILES ? [files({ auth: 'on-behalf-of-user' })] : []),
    ...(process.env.DATABRICKS_SERVING_ENDPOINT_NAME ? [serving()] : []),
  ],
});
`;

/**
 * AppKit's server on a local workspace, in production mode. It is no dependency of ours: it is installed beside the build
 * output, from the registry, when a benchmark asks for it first.
 */
export async function startAppKit(
  stack: LocalStack,
  serves: { volume: string } | { endpoint: string },
  log: (line: string) => void,
): Promise<{ process: RunningProcess; url: string }> {
  const folder = join(process.cwd(), 'dist/bench/appkit');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await writeFile(join(folder, 'server.js'), SERVER);
  if (!existsSync(join(folder, 'node_modules/@databricks/appkit'))) {
    log(`Installing ${APPKIT}`);
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', APPKIT], {
      cwd: folder,
      stdio: 'ignore',
    });
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { workspace } = stack;
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NODE_ENV: 'production',
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_CLIENT_ID: workspace.servicePrincipal.clientId,
    DATABRICKS_CLIENT_SECRET: workspace.servicePrincipal.clientSecret,
    DATABRICKS_WORKSPACE_ID: workspace.workspaceId,
    DATABRICKS_APP_PORT: String(port),
    ...('volume' in serves
      ? { DATABRICKS_VOLUME_FILES: serves.volume }
      : { DATABRICKS_SERVING_ENDPOINT_NAME: serves.endpoint }),
  };
  return { process: await startNode([join(folder, 'server.js')], env, `${url}/health`), url };
}
