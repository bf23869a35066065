import { PlatformError } from '@lakescope/databricks-client';
import type { DatabricksApp } from '@lakescope/databricks-client';
import { CommandFailed, EXIT } from '../exit-code';
import { appOrigin } from './app-address';
import { platformFailure } from './platform-failure';
import type { Target } from './target';

/** The app of `npm start` itself, which nobody deploys. */
const LAUNCHERS_APP = 'lakescope';

/** The target's app, or undefined when there is none that its caller may see. Failures are sentences. */
export async function lookForApp(target: Target): Promise<DatabricksApp | undefined> {
  try {
    return await (await target.platform()).apps.get(target.appName);
  } catch (error) {
    if (error instanceof PlatformError && error.kind === 'not_found') return undefined;
    throw platformFailure(error, target);
  }
}

/**
 * The target's app.
 *
 * @throws CommandFailed when there is none, or it cannot be asked for
 */
export async function findApp(target: Target): Promise<DatabricksApp> {
  const app = await lookForApp(target);
  if (app !== undefined) return app;
  const other =
    target.isLocal && target.appName !== LAUNCHERS_APP
      ? ` The one that \`npm start\` runs itself is --app ${LAUNCHERS_APP}.`
      : '';
  throw new CommandFailed(
    `There is no app ${target.appName} in ${target.workspace.origin}: deploy it with \`npx lakescope deploy ${target.asOptions}\`.${other}`,
    EXIT.failed,
  );
}

/**
 * Where the app is to be opened, checked to be a place that a token may be sent to.
 *
 * @throws CommandFailed when the platform names no address, or a strange one
 */
export function addressOf({ name, url }: DatabricksApp, { workspace, asOptions }: Target): URL {
  if (url === undefined || url === '') {
    throw new CommandFailed(
      `The app ${name ?? ''} has no address yet: deploy it with \`npx lakescope deploy ${asOptions}\`.`,
    );
  }
  return appOrigin(url, workspace);
}
