import { PlatformError, type NewDeployment } from '@lakescope/databricks-client';
import { CommandFailed } from '../exit-code';
import { platformFailure } from '../targets/platform-failure';
import type { Target } from '../targets/target';
import { WRITTEN_FOR, type AppPlan } from './app-plan';

const LARGEST_APP_YAML = 256 * 1024;

/**
 * How a folder of the workspace is deployed that was deployed before. One that says the environment of this target itself is taken as it is;
 * any other gets the one of databricks.yml, because the app.yaml of the checkout names the database of prod.
 *
 * @throws CommandFailed when something else is in it
 */
export async function requestFor(source: string, plan: AppPlan, target: Target): Promise<NewDeployment> {
  const request: NewDeployment = { source_code_path: source, mode: 'SNAPSHOT' };
  return (await isWrittenFor(source, target))
    ? request
    : { ...request, command: [...plan.command], env_vars: [...plan.env] };
}

/** False, too, where it may not be looked at, or nothing is seen in it: the platform then says what it lacks. */
async function isWrittenFor(source: string, target: Target): Promise<boolean> {
  const { workspaceFiles } = await target.platform();
  try {
    const names = (await workspaceFiles.list(source)).map(({ path }) => path?.split('/').at(-1));
    if (names.length > 0 && !names.includes('package.json') && !names.includes('app.yaml')) {
      throw new CommandFailed(
        `${source} holds no app: give the folder of an earlier deployment, as \`npx lakescope status ${target.asOptions}\` prints it.`,
      );
    }
    if (!names.includes('app.yaml')) return false;
    const text = Buffer.from(await workspaceFiles.read(`${source}/app.yaml`, LARGEST_APP_YAML)).toString('utf8');
    return text.startsWith(`${WRITTEN_FOR} ${target.name}.`);
  } catch (error) {
    if (error instanceof PlatformError && error.kind === 'permission_denied') return false;
    throw platformFailure(error, target);
  }
}
