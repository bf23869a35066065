import { posix } from 'node:path';
import { INSTANCE_VARIABLE } from '../bundle';
import type { CommandContext } from '../command-context';
import { CommandFailed } from '../exit-code';
import { lookForApp } from '../targets/find-app';
import { platformFailure } from '../targets/platform-failure';
import type { Target } from '../targets/target';
import { databricksCliVersion, refuseOldCli, runBundle } from './databricks-cli';
import type { DeployOptions } from './deploy-options';
import type { Steps } from './steps';

/** A name an app can have; other ids in the state of a bundle are no names. */
const APP_NAME = /^[a-z0-9][a-z0-9-]{0,28}[a-z0-9]$/;

/** A name a Lakebase instance can have. */
const INSTANCE_NAME = /^[a-z][a-z0-9-]{0,62}$/i;

/** Where the file of the daily job lies, below the files of the bundle. */
const JOB_FOLDER = 'dist/staged/tools/deploy';

/** What is used of `databricks bundle summary`. */
interface Summary {
  readonly workspace?: { readonly file_path?: unknown };
  readonly resources?: {
    readonly apps?: { readonly lakescope?: { readonly id?: unknown } };
    readonly database_instances?: { readonly lakebase?: { readonly id?: unknown } };
  };
}

/**
 * Whether the Databricks CLI is to make what databricks.yml names: in a workspace, for a release of this checkout, where it is there.
 *
 * @throws CommandFailed when it is too old, or the app is another one than the bundle's
 */
export async function isByBundle(target: Target, options: DeployOptions, context: CommandContext): Promise<boolean> {
  if (target.isLocal || options.source !== undefined || options.staged !== undefined || !options.cli) return false;
  const version = await databricksCliVersion(context.root, context.shell);
  if (version === undefined) {
    context.terminal.note(
      'The Databricks CLI is not there: deploying through the REST API, without the nightly job and the Lakebase instance of databricks.yml.',
    );
    return false;
  }
  refuseOldCli(version);
  if (target.appName !== target.bundle.appName) throw wouldDestroy(target.bundle.appName, target);
  return true;
}

/** What the Databricks CLI does of a deployment, each a step of its own. */
export class BundleDeployment {
  /** Where the bundle keeps its files; undefined where it does not say. */
  private files: string | undefined;

  constructor(
    private readonly target: Target,
    private readonly context: CommandContext,
    private readonly steps: Steps,
  ) {}

  /** @throws CommandFailed when databricks.yml cannot be deployed, or has another name for app or instance than what it has deployed */
  validate(): Promise<void> {
    return this.steps.take('validate', 'databricks bundle validate', async (say) => {
      await runBundle(['validate'], this.target, this.surroundings, say);
      const summary = await runBundle(['summary', '--output', 'json'], this.target, this.surroundings, say);
      const path = summaryIn(summary).workspace?.file_path;
      this.files = typeof path === 'string' ? path : undefined;
      const app = deployedApp(summary);
      if (app !== undefined && app !== this.target.appName) throw wouldDestroy(app, this.target);
      const instance = deployedInstance(summary);
      if (instance !== undefined && instance !== this.target.bundle.instanceName) {
        throw wouldDeleteData(instance, this.target);
      }
      return [undefined, ''];
    });
  }

  /** Everything that databricks.yml has, the app's own settings among it; its code is deployed after that. */
  deploy(): Promise<void> {
    return this.steps.take('bundle', 'databricks bundle deploy', async (say) => {
      await runBundle(['deploy'], this.target, this.surroundings, say);
      await this.letJobRun();
      return [undefined, ''];
    });
  }

  /** The daily job reads its file as the app, which may not look into the folders of whoever deploys. The app runs without the job. */
  private async letJobRun(): Promise<void> {
    if (this.files === undefined) return;
    const { target } = this;
    const folder = posix.join(this.files, JOB_FOLDER);
    try {
      const { workspaceFiles } = await target.platform();
      const principal = (await lookForApp(target))?.service_principal_client_id;
      const beside = await workspaceFiles.list(posix.dirname(folder));
      const id = beside.find(({ path }) => path?.endsWith(`/${posix.basename(folder)}`) === true)?.object_id;
      if (principal !== undefined && id !== undefined) await workspaceFiles.letRead(id, principal);
      else this.context.terminal.note(`The daily job may not find its file: there is no ${folder}.`);
    } catch (error) {
      const failure = platformFailure(error, target);
      if (!(failure instanceof CommandFailed)) throw failure;
      this.context.terminal.note(
        `The app was not let read ${folder}, where the daily job has its file: ${failure.message}`,
      );
    }
  }

  private get surroundings(): { directory: string; shell: CommandContext['shell'] } {
    return { directory: this.context.root, shell: this.context.shell };
  }
}

/** The app that the bundle has deployed, by `databricks bundle summary`; undefined where it does not say, or has deployed none. */
export function deployedApp(summary: string): string | undefined {
  const id = summaryIn(summary).resources?.apps?.lakescope?.id;
  return typeof id === 'string' && APP_NAME.test(id) ? id : undefined;
}

/** The Lakebase instance that the bundle has deployed, in the same way. */
export function deployedInstance(summary: string): string | undefined {
  const id = summaryIn(summary).resources?.database_instances?.lakebase?.id;
  return typeof id === 'string' && INSTANCE_NAME.test(id) ? id : undefined;
}

/** Empty where it is said in words, as by an older CLI: then nothing of it is known. */
function summaryIn(text: string): Summary {
  try {
    return (JSON.parse(text) ?? {}) as Summary;
  } catch {
    return {};
  }
}

/** The state of a bundle has one app for each target: another name means another app in the place of that one. */
function wouldDestroy(deployed: string, { appName, asOptions, name }: Target): CommandFailed {
  return new CommandFailed(
    `The bundle's app for the target ${name} is ${deployed}: \`databricks bundle deploy\` with the name ${appName} would delete it and make ${appName} in its place. Deploy ${appName} beside it without the bundle: npx lakescope deploy ${asOptions} --no-cli. Or deploy ${deployed}: take --app and BUNDLE_VAR_app_name away.`,
  );
}

/** The same of the instance, with all that lies in it. */
function wouldDeleteData(deployed: string, { bundle, asOptions, name }: Target): CommandFailed {
  const { instanceName } = bundle;
  return new CommandFailed(
    `The bundle's Lakebase instance for the target ${name} is ${deployed}: \`databricks bundle deploy\` with ${instanceName} would delete it with its data. Keep ${deployed}: take --instance and BUNDLE_VAR_${INSTANCE_VARIABLE} away, or correct the variable in databricks.yml. Or give the app ${instanceName} without the bundle, which leaves ${deployed} as it is: npx lakescope deploy ${asOptions} --instance ${instanceName} --no-cli`,
  );
}
