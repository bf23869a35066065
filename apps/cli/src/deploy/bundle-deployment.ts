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

/** A resource as `databricks bundle summary` has it: what it was deployed as, and its name with every override and variable put in. */
interface Summarised {
  readonly id?: unknown;
  readonly name?: unknown;
}

/** What is used of `databricks bundle summary`. */
interface Summary {
  readonly workspace?: { readonly file_path?: unknown };
  readonly resources?: {
    readonly apps?: { readonly lakescope?: Summarised };
    readonly database_instances?: { readonly lakebase?: Summarised };
  };
}

/** A resource of the bundle: undefined where the summary does not say. */
interface BundleResource {
  readonly deployed: string | undefined;
  /** What the Databricks CLI calls it now, whatever we read in databricks.yml. */
  readonly named: string | undefined;
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
  if (target.appName !== target.bundle.appName) throw wouldDestroy(target.bundle.appName, target.appName, target);
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
      refuseOthers(summary, this.target);
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

/**
 * A bundle deletes what it has deployed under another name. What it names now is the Databricks CLI's to say: it knows overrides that
 * nobody else reads, of a target's resources and in `.databricks/bundle/TARGET/variable-overrides.json`.
 *
 * @throws CommandFailed when it would delete app or instance, or means others than this deployment does
 */
export function refuseOthers(summary: string, target: Pick<Target, 'appName' | 'asOptions' | 'bundle' | 'name'>): void {
  const { appName, bundle } = target;
  const app = appOf(summary);
  const instance = instanceOf(summary);
  const appNext = app.named ?? appName;
  const instanceNext = instance.named ?? bundle.instanceName;
  if (app.deployed !== undefined && app.deployed !== appNext) throw wouldDestroy(app.deployed, appNext, target);
  if (instance.deployed !== undefined && instance.deployed !== instanceNext) {
    throw wouldDeleteData(instance.deployed, instanceNext, target);
  }
  if (appNext !== appName) throw meansAnother('app', appNext, appName, target.name);
  if (instanceNext !== bundle.instanceName) {
    throw meansAnother('Lakebase instance', instanceNext, bundle.instanceName, target.name);
  }
}

/** The app of the bundle, by `databricks bundle summary`. */
export function appOf(summary: string): BundleResource {
  return resourceOf(summaryIn(summary).resources?.apps?.lakescope, APP_NAME);
}

/** The Lakebase instance of the bundle, in the same way. */
export function instanceOf(summary: string): BundleResource {
  return resourceOf(summaryIn(summary).resources?.database_instances?.lakebase, INSTANCE_NAME);
}

function resourceOf(resource: Summarised | null | undefined, pattern: RegExp): BundleResource {
  const nameIn = (value: unknown): string | undefined =>
    typeof value === 'string' && pattern.test(value) ? value : undefined;
  return { deployed: nameIn(resource?.id), named: nameIn(resource?.name) };
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
function wouldDestroy(
  deployed: string,
  next: string,
  { appName, asOptions, name }: Pick<Target, 'appName' | 'asOptions' | 'name'>,
): CommandFailed {
  const help =
    next === appName
      ? `Deploy ${appName} beside it without the bundle: npx lakescope deploy ${asOptions} --no-cli. Or deploy ${deployed}: take --app and BUNDLE_VAR_app_name away.`
      : `Keep ${deployed}: ${correctOverrides(name)}`;
  return new CommandFailed(
    `The bundle's app for the target ${name} is ${deployed}: \`databricks bundle deploy\` with the name ${next} would delete it and make ${next} in its place. ${help}`,
  );
}

/** The same of the instance, with all that lies in it. */
function wouldDeleteData(
  deployed: string,
  next: string,
  { bundle, asOptions, name }: Pick<Target, 'bundle' | 'asOptions' | 'name'>,
): CommandFailed {
  const keep =
    next === bundle.instanceName
      ? `take --instance and BUNDLE_VAR_${INSTANCE_VARIABLE} away, or correct the variable in databricks.yml.`
      : correctOverrides(name);
  return new CommandFailed(
    `The bundle's Lakebase instance for the target ${name} is ${deployed}: \`databricks bundle deploy\` with ${next} would delete it with its data. Keep ${deployed}: ${keep} Or give the app ${next} without the bundle, which leaves ${deployed} as it is: npx lakescope deploy ${asOptions} --instance ${next} --no-cli`,
  );
}

/** What would be deployed is not what would be looked after: its code, rights and checks would go to another one. */
function meansAnother(what: string, next: string, ours: string, target: string): CommandFailed {
  return new CommandFailed(
    `The Databricks CLI reads ${next} as the ${what} of the target ${target}, and this command ${ours}. Say the same name to both: ${correctOverrides(target)}`,
  );
}

function correctOverrides(target: string): string {
  return `correct what overrides it, below targets.${target} in databricks.yml or in .databricks/bundle/${target}/variable-overrides.json.`;
}
