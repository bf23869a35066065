import type { AppDeployment } from '@lakescope/databricks-client';

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

/** The command that puts an earlier deployment in the place of the present one; undefined when there is none. */
export function goBackCommand(previous: AppDeployment | undefined, asOptions: string): string | undefined {
  const source = previous === undefined ? undefined : sourceOf(previous);
  return source === undefined ? undefined : `npx lakescope deploy ${asOptions} --source ${quoted(source)}`;
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
