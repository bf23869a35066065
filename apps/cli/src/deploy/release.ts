import { join } from 'node:path';
import { type AppDeployment, type DatabricksApp, type NewDeployment } from '@lakescope/databricks-client';
import { Bundle, DATABASE_VARIABLE, INSTANCE_VARIABLE } from '../bundle';
import type { CommandContext } from '../command-context';
import { CommandFailed } from '../exit-code';
import { addressOf, lookForApp } from '../targets/find-app';
import { platformFailure } from '../targets/platform-failure';
import { type Target } from '../targets/target';
import { isPersonalAccessToken } from '../targets/token-source';
import { appYamlOf, planOf, type AppPlan } from './app-plan';
import { problemsInBundle, problemsInFolder, type Problem } from './check-files';
import { beforeDataIsBack, dataPlaceIn, problemsOfDataPlace } from './check-instance';
import { lookUp, problemsOfApp, problemsOfResources } from './check-workspace';
import { BundleDeployment, isByBundle } from './bundle-deployment';
import { AppDeployer, refusal } from './deploy-app';
import type { DeployOptions } from './deploy-options';
import { requestFor } from './earlier-source';
import { deploymentBefore, goBackCommand } from './go-back';
import { makeLocalInstance, makeLocalSecrets } from './local-resources';
import { build, stage } from './make-folder';
import { readStagedFolder, withText, type StagedFolder } from './staged-folder';
import type { Say, Steps } from './steps';
import { deploymentsFolder, forgetOldFolders, newFolderName, uploadFolder, UploadFailed } from './upload-folder';
import { verifyApp, type Check } from './verify-app';
import { toldSince, watchStart, whyNotReady } from './watch-start';

/** Enough for the last words of an app that is no more. */
const LOG_AFTER_FAILURE_MS = 3_000;

/** Who is signed in, and what is to become of the app. */
interface Prepared {
  readonly userName: string;
  readonly plan: AppPlan;
}

/** One deployment, from the sign-in to the checks of the running app. What it has come to can be seen at any time. */
export class Release {
  previous: AppDeployment | undefined;
  deploymentId: string | undefined;
  url: string | undefined;
  isTouched = false;
  checks: readonly Check[] = [];
  faults: readonly string[] = [];
  /** Migrations that the new release says it applied; undefined: it is not known. */
  migrations: number | undefined;
  /** What is to be done before going back, where the earlier release has its data elsewhere. */
  beforeGoingBack: string | undefined;
  private before: DatabricksApp | undefined;

  constructor(
    private readonly target: Target,
    private readonly options: DeployOptions,
    private readonly context: CommandContext,
    private readonly steps: Steps,
  ) {}

  /** @throws CommandFailed at the first step that fails, with what helps */
  async run(): Promise<void> {
    const byBundle = await isByBundle(this.target, this.options, this.context);
    const bundle = await Bundle.read(join(this.context.root, 'databricks.yml'), this.target.name, this.context.shell);
    const prepared = await this.check(bundle, byBundle);
    const deployment = await this.bring(bundle, prepared, byBundle);
    await this.mustHaveSucceeded(deployment);
    await this.mustStart(deployment);
    await this.mustAnswer();
    await this.forget(prepared.userName);
  }

  get goBack(): string | undefined {
    return goBackCommand(this.previous, this.target.asOptions);
  }

  private check(bundle: Bundle, byBundle: boolean): Promise<Prepared> {
    const { target, steps } = this;
    return steps.take('check', `Looking at ${target.workspace.origin}`, async (say) => {
      refuseProblems(problemsInBundle(bundle.app));
      if (isPersonalAccessToken(await target.tokens.current())) {
        throw new CommandFailed(
          `DATABRICKS_TOKEN is a personal access token, which no app takes, so the deployed app could not be tried. Sign in: ${target.tokens.signIn}`,
        );
      }
      try {
        const prepared = await this.ask(bundle, byBundle, say);
        return [prepared, `as ${prepared.userName}`];
      } catch (error) {
        throw refusal(error, target);
      }
    });
  }

  private async ask(bundle: Bundle, byBundle: boolean, say: Say): Promise<Prepared> {
    const { target } = this;
    const client = await target.platform();
    const { userName } = await client.currentUser.me();
    if (userName === undefined) throw new CommandFailed(`${target.workspace.origin} does not say who you are.`);
    const { appName, asOptions } = target;
    const named = { appName, asOptions, bundleCreates: byBundle };
    this.before = await lookForApp(target);
    this.previous = await deploymentBefore(client, this.before);
    refuseProblems(problemsOfApp(this.before, named));
    const { values, problems } = await lookUp(client, bundle.lookupsIn(bundle.app));
    refuseProblems(problems);
    const own = this.ownInstance();
    const plan = planOf(bundle, appName, { ...values, ...own });
    if (this.options.source !== undefined) return { userName, plan };
    this.refuseOtherPlace(plan, bundle, own !== undefined, say);
    if (target.isLocal) {
      await makeLocalSecrets(client, plan.resources, say);
      await makeLocalInstance(client, plan.resources, say);
    }
    refuseProblems(await problemsOfResources(client, plan.resources, named));
    return { userName, plan };
  }

  /** Of the app alone: the local workspace has an instance for `npm start` already, whose schema is that app's. */
  private ownInstance(): Record<string, string> | undefined {
    const isNamed = this.context.shell[`BUNDLE_VAR_${INSTANCE_VARIABLE}`] !== undefined;
    return this.target.isLocal && !isNamed ? { [INSTANCE_VARIABLE]: `${this.target.appName}-db` } : undefined;
  }

  /** An app's data lies in its instance: which one, and who says so, is told before anything is changed. */
  private refuseOtherPlace(plan: AppPlan, bundle: Bundle, isOwn: boolean, say: Say): void {
    const { before, options, target } = this;
    const place = dataPlaceIn(plan.resources);
    if (place === undefined) return;
    const ofInstance = isOwn ? undefined : bundle.whereFrom(INSTANCE_VARIABLE);
    const whoSays = options.instance === undefined ? (ofInstance ?? 'this command') : '--instance';
    say(`the Lakebase instance is ${place.instance}, as ${whoSays} says`);
    this.beforeGoingBack = beforeDataIsBack(before, place, target);
    if (options.instance !== undefined) return;
    const { asOptions } = target;
    const sources = { ofInstance, ofDatabase: bundle.whereFrom(DATABASE_VARIABLE), asOptions };
    refuseProblems(problemsOfDataPlace(before, place, sources));
  }

  private async bring(bundle: Bundle, prepared: Prepared, byBundle: boolean): Promise<AppDeployment> {
    const { source } = this.options;
    const deployer = new AppDeployer(this.target, this.options.timeout * 1000);
    if (source !== undefined) return this.deployAgain(source, prepared.plan, deployer);
    const folder = await this.folder(bundle);
    return this.deployFolder(folder, prepared, byBundle, deployer);
  }

  private async folder(bundle: Bundle): Promise<StagedFolder> {
    const { steps, context } = this;
    const { staged } = this.options;
    if (staged === undefined) {
      await steps.take('build', 'Building', async (say) => [await build(context, say), ''] as const);
    }
    return steps.take('stage', 'Making the folder to deploy', async () => {
      const folder = staged === undefined ? await stage(context) : await readStagedFolder(staged);
      refuseProblems(problemsInFolder(bundle.app, folder));
      return [folder, `${folder.files.length} files, ${(folder.bytes / 1e6).toFixed(1)} MB`];
    });
  }

  private async deployFolder(
    folder: StagedFolder,
    { userName, plan }: Prepared,
    byBundle: boolean,
    deployer: AppDeployer,
  ): Promise<AppDeployment> {
    const { steps, target } = this;
    // A bundle keeps one folder, which the next release is written over; what is to be gone back to needs one of its own.
    const destination = `${deploymentsFolder(userName, plan.name)}/${newFolderName()}`;
    const complete = withText(folder, 'app.yaml', appYamlOf(plan, target.name));
    const bundle = byBundle ? new BundleDeployment(target, this.context, steps) : undefined;
    await bundle?.validate();
    await steps.take('upload', 'Uploading', async (say) => {
      await this.upload(complete, destination, say);
      return [undefined, destination] as const;
    });
    if (bundle !== undefined) {
      this.isTouched = this.before !== undefined;
      await bundle.deploy();
    }
    const title = this.before === undefined ? 'Creating the app' : 'Bringing the app up to date';
    await steps.take('app', byBundle ? 'Starting the compute' : title, async (say) => {
      // What cannot even be created leaves nothing behind.
      this.isTouched ||= this.before !== undefined;
      const app = byBundle ? await deployer.withCompute(say) : await deployer.prepare(plan, this.before, say);
      this.isTouched = true;
      return [app, plan.name];
    });
    return this.deploy({ source_code_path: destination, mode: 'SNAPSHOT' }, deployer);
  }

  private async upload(folder: StagedFolder, destination: string, say: Say): Promise<void> {
    const { target } = this;
    const client = await target.platform();
    try {
      await uploadFolder(client, folder, destination, say);
    } catch (error) {
      if (!(error instanceof UploadFailed)) throw platformFailure(error, target);
      const left = await client.workspaceFiles.deleteDirectory(destination).then(
        () => '',
        () => ` What did arrive lies in ${destination}.`,
      );
      throw new CommandFailed(
        `${error.path} could not be uploaded: ${error.reason}. Nothing was deployed; run the same command again.${left}`,
        undefined,
        { cause: error },
      );
    }
  }

  /** What was uploaded earlier, as it is there. */
  private async deployAgain(source: string, plan: AppPlan, deployer: AppDeployer): Promise<AppDeployment> {
    const request = await this.steps.take('source', `Looking at ${source}`, async () => {
      if (this.before === undefined) {
        throw new CommandFailed(`There is no app ${plan.name}: --source is for one that was deployed before.`);
      }
      return [await requestFor(source, plan, this.before, this.target), ''] as const;
    });
    this.isTouched = true;
    const { state = 'ACTIVE' } = this.before?.compute_status ?? {};
    if (state !== 'ACTIVE') {
      await this.steps.take('app', 'Starting the compute', async (say) => {
        await deployer.withCompute(say);
        return [undefined, plan.name];
      });
    }
    return this.deploy(request, deployer);
  }

  private deploy(request: NewDeployment, deployer: AppDeployer): Promise<AppDeployment> {
    return this.steps.take('deploy', 'Deploying', async (say) => {
      const id = await deployer.begin(request);
      this.deploymentId = id;
      say(`deployment ${id}`);
      return [await deployer.untilOver(id, say), id];
    });
  }

  private async mustHaveSucceeded(deployment: AppDeployment): Promise<void> {
    const { state, message = '' } = deployment.status ?? {};
    if (state === 'SUCCEEDED') return;
    const told = await toldSince(this.target, createdAt(deployment), LOG_AFTER_FAILURE_MS);
    this.faults = told.faults;
    this.migrations = told.migrations;
    throw new CommandFailed(`The platform says ${state ?? 'nothing'}: ${message}`);
  }

  private async mustStart(deployment: AppDeployment): Promise<void> {
    const { target, steps } = this;
    const app = await lookForApp(target);
    const origin = addressOf(app ?? {}, target);
    this.url = origin.href;
    await steps.take('start', 'Waiting for the app to be ready', async (say) => {
      const patienceMs = this.options.ready * 1000;
      const start = await watchStart(target, origin, { since: createdAt(deployment), patienceMs }, say);
      this.faults = start.faults;
      this.migrations = start.migrations;
      if (start.crash !== undefined) throw new CommandFailed(`The app crashed at its start: ${start.crash}`);
      if (start.readyBy !== undefined) return [start, start.readyBy === 'log' ? 'as its log says' : 'as /health says'];
      const why = await whyNotReady(target, origin);
      throw new CommandFailed(
        `The app was not ready after ${this.options.ready} s${why === undefined ? '' : `: ${why}`}. Its log says more: npx lakescope logs ${target.asOptions}`,
      );
    });
  }

  private mustAnswer(): Promise<void> {
    return this.steps.take('verify', 'Asking the app', async () => {
      this.checks = await verifyApp(this.target, new URL(this.url ?? ''));
      const wrong = this.checks.filter(({ ok }) => !ok);
      if (wrong.length === 0) return [undefined, this.checks.map(({ path, status }) => `${path} ${status}`).join(', ')];
      throw new CommandFailed(
        wrong.map(({ path, status, detail }) => `GET ${path} answered ${status}: ${detail}`).join('; '),
      );
    });
  }

  /** Folders nobody would go back to. That they could not be deleted is no failure of the deployment. */
  private async forget(userName: string): Promise<void> {
    const parent = deploymentsFolder(userName, this.target.appName);
    try {
      const active = (await lookForApp(this.target))?.active_deployment?.source_code_path;
      await forgetOldFolders(await this.target.platform(), parent, [active, this.previous?.source_code_path]);
    } catch (error) {
      const failure = platformFailure(error, this.target);
      if (!(failure instanceof CommandFailed)) throw failure;
      this.context.terminal.note(`Older uploads in ${parent} could not be deleted: ${failure.message}`);
    }
  }
}

function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new CommandFailed(problems.map(({ what, fix }) => `${what} -> ${fix}`).join('\n'));
}

function createdAt({ create_time: time }: AppDeployment): number {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? 0 : at;
}
