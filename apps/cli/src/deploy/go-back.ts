import type { AppDeployment, DatabricksApp, DatabricksClient } from '@lakescope/databricks-client';

/**
 * Where the source of a deployment can be deployed from again. `databricks bundle run` deploys every release from the same folder, so of
 * those only the copy that the platform made is still what it was; undefined when it does not tell of one.
 */
export function sourceOf({
  source_code_path: source,
  deployment_artifacts: artifacts,
}: AppDeployment): string | undefined {
  return source?.includes('/.bundle/') === true ? artifacts?.source_code_path : source;
}

/**
 * What runs, or ran last: the platform shows no deployment of an app without compute, and starts the newest one that succeeded with it.
 * Undefined for an app that never ran.
 */
export async function deploymentBefore(
  client: Pick<DatabricksClient, 'apps'>,
  app: DatabricksApp | undefined,
): Promise<AppDeployment | undefined> {
  if (app?.name === undefined || app.active_deployment !== undefined) return app?.active_deployment;
  for await (const deployment of client.apps.listDeployments(app.name)) {
    if (deployment.status?.state === 'SUCCEEDED') return deployment;
  }
  return undefined;
}

/** The command that puts an earlier deployment in the place of the present one; undefined when there is none. */
export function goBackCommand(previous: AppDeployment | undefined, asOptions: string): string | undefined {
  const source = previous === undefined ? undefined : sourceOf(previous);
  return source === undefined ? undefined : `npx lakescope deploy ${asOptions} --source ${quoted(source)}`;
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
