import { PlatformError, type DatabricksApp, type NewDeployment } from '@lakescope/databricks-client';
import { parse } from 'yaml';
import { CommandFailed } from '../exit-code';
import { platformFailure } from '../targets/platform-failure';
import type { Target } from '../targets/target';
import { WRITTEN_FOR, type AppPlan } from './app-plan';
import { INSTANCE_IN_ENVIRONMENT, refuseForeignSource } from './check-instance';

const LARGEST_APP_YAML = 256 * 1024;

/**
 * How a folder of the workspace is deployed that was deployed before. One that says the environment of this target itself is taken as it is;
 * any other gets the one of databricks.yml, because the app.yaml of the checkout names the database of prod.
 *
 * @throws CommandFailed when something else is in it, or it is for another Lakebase instance than the `app` has now
 */
export async function requestFor(
  source: string,
  plan: AppPlan,
  app: DatabricksApp | undefined,
  target: Target,
): Promise<NewDeployment> {
  const request: NewDeployment = { source_code_path: source, mode: 'SNAPSHOT' };
  const written = await writtenFor(source, target);
  refuseForeignSource(source, instanceFor(written === undefined ? plan.env : variablesIn(written)), app, target);
  return written === undefined ? { ...request, command: [...plan.command], env_vars: [...plan.env] } : request;
}

/** Its app.yaml; undefined also where it may not be looked at, or nothing is seen in it: the platform then says what it lacks. */
async function writtenFor(source: string, target: Target): Promise<string | undefined> {
  const { workspaceFiles } = await target.platform();
  try {
    const names = (await workspaceFiles.list(source)).map(({ path }) => path?.split('/').at(-1));
    if (names.length > 0 && !names.includes('package.json') && !names.includes('app.yaml')) {
      throw new CommandFailed(
        `${source} holds no app: give the folder of an earlier deployment, as \`npx lakescope status ${target.asOptions}\` prints it.`,
      );
    }
    if (!names.includes('app.yaml')) return undefined;
    const text = Buffer.from(await workspaceFiles.read(`${source}/app.yaml`, LARGEST_APP_YAML)).toString('utf8');
    return text.startsWith(`${WRITTEN_FOR} ${target.name}.`) ? text : undefined;
  } catch (error) {
    if (error instanceof PlatformError && error.kind === 'permission_denied') return undefined;
    throw platformFailure(error, target);
  }
}

interface Variable {
  readonly name?: unknown;
  readonly value?: unknown;
}

/** None in what is no YAML, which the platform refuses. */
function variablesIn(appYaml: string): readonly Variable[] {
  try {
    const { env } = (parse(appYaml) ?? {}) as { env?: unknown };
    return Array.isArray(env) ? (env as (Variable | null)[]).flatMap((variable) => variable ?? []) : [];
  } catch {
    return [];
  }
}

/** The Lakebase instance that an app would log in to. */
function instanceFor(variables: readonly Variable[]): string | undefined {
  const value = variables.find(({ name }) => name === INSTANCE_IN_ENVIRONMENT)?.value;
  return typeof value === 'string' ? value : undefined;
}
