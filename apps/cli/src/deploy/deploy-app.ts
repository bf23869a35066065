import { setTimeout as delay } from 'node:timers/promises';
import {
  PlatformError,
  type AppDeployment,
  type AppSettings,
  type DatabricksApp,
  type NewDeployment,
} from '@lakescope/databricks-client';
import { CommandFailed, EXIT } from '../exit-code';
import { lookForApp } from '../targets/find-app';
import { platformFailure } from '../targets/platform-failure';
import type { Target } from '../targets/target';
import type { AppPlan } from './app-plan';
import type { Say } from './steps';

const POLL_MS = { first: 250, longest: 3_000 };
/** The platform gives a new app its compute within some minutes. */
const PATIENCE_WITH_COMPUTE_MS = 10 * 60_000;

/** The Apps API as a deployment uses it; every failure is a sentence. */
export class AppDeployer {
  constructor(
    private readonly target: Target,
    private readonly patienceMs: number,
  ) {}

  /** Makes the app, or brings what it may use up to databricks.yml, and waits until it has its compute. */
  async prepare(plan: AppPlan, before: DatabricksApp | undefined, say: Say): Promise<DatabricksApp> {
    const settings: AppSettings = {
      description: plan.description,
      resources: [...plan.resources],
      user_api_scopes: [...plan.scopes],
      // What is left out of a change is reset.
      ...(before?.compute_size === undefined ? {} : { compute_size: before.compute_size }),
    };
    await this.asking(async () => {
      const { apps } = await this.target.platform();
      if (before === undefined) await apps.create(plan.name, settings);
      else await apps.update(plan.name, settings);
      if (plan.rights.length > 0) await apps.grant(plan.name, plan.rights);
    });
    return this.withCompute(say);
  }

  /** Asks for a deployment; answers its id. */
  async begin(request: NewDeployment): Promise<string> {
    const id = (await this.ask(request)).deployment_id;
    if (id === undefined) throw new CommandFailed('The platform took the deployment and did not say its id.');
    return id;
  }

  /** The deployment as it is when it is no longer under way. */
  async untilOver(id: string, say: Say): Promise<AppDeployment> {
    const { appName, asOptions } = this.target;
    let said = '';
    const over = await this.poll(this.patienceMs, async () => {
      const deployment = await this.asking(async () => (await this.target.platform()).apps.getDeployment(appName, id));
      const { state, message = '' } = deployment.status ?? {};
      if (state !== 'IN_PROGRESS' && state !== undefined) return deployment;
      if (message !== said && message !== '') say(message);
      said = message;
      return undefined;
    });
    if (over !== undefined) return over;
    throw new CommandFailed(
      `The deployment ${id} of ${appName} was not over after ${Math.round(this.patienceMs / 1000)} s. Look at it: npx lakescope status ${asOptions}`,
    );
  }

  /**
   * The app once it has its compute, which is started where it was stopped, and once the release has been started anew that ran last: the
   * platform does that by itself whenever it gives compute back, and takes no deployment meanwhile.
   */
  async withCompute(say: Say): Promise<DatabricksApp> {
    const { appName } = this.target;
    let said = '';
    let isAskedFor = false;
    const ready = await this.poll(PATIENCE_WITH_COMPUTE_MS, async () => {
      const app = await lookForApp(this.target);
      const { state, message = '' } = app?.compute_status ?? {};
      if (state === 'ACTIVE') return app;
      if (state === 'ERROR') throw new CommandFailed(`The compute of ${appName} failed: ${message}`);
      if (state === 'STOPPED' && !isAskedFor) {
        isAskedFor = true;
        await this.asking(async () => (await this.target.platform()).apps.start(appName));
      }
      if (state !== said && state !== undefined) say(`compute ${state}`);
      said = state ?? '';
      return undefined;
    });
    if (ready === undefined) {
      throw new CommandFailed(
        `The compute of ${appName} did not start within ${PATIENCE_WITH_COMPUTE_MS / 60_000} minutes.`,
      );
    }
    return said === '' ? ready : this.untilQuiet(say);
  }

  private async untilQuiet(say: Say): Promise<DatabricksApp> {
    const { appName, asOptions } = this.target;
    let isSaid = false;
    const quiet = await this.poll(this.patienceMs, async () => {
      const app = await lookForApp(this.target);
      if (app !== undefined && !isDeploying(app)) return app;
      if (!isSaid) say('the platform starts the release that ran last first, which brings the schema to what it needs');
      isSaid = true;
      return undefined;
    });
    if (quiet !== undefined) return quiet;
    throw new CommandFailed(
      `The compute of ${appName} was started, and with it the release that ran last, which was not over after ${Math.round(this.patienceMs / 1000)} s. Look at it (npx lakescope status ${asOptions}), then deploy again.`,
    );
  }

  private async ask(request: NewDeployment): Promise<AppDeployment> {
    const { appName } = this.target;
    try {
      return await (await this.target.platform()).apps.deploy(appName, request);
    } catch (error) {
      if (!(error instanceof PlatformError) || !['conflict', 'bad_request'].includes(error.kind)) {
        throw refusal(error, this.target);
      }
      const { state } = (await lookForApp(this.target))?.compute_status ?? {};
      if (state === undefined || state === 'ACTIVE') throw refusal(error, this.target);
      throw new CommandFailed(
        `The compute of ${appName} is ${state}, and an app without compute takes no deployment. Start it (databricks apps start ${appName}), then deploy again.`,
        EXIT.failed,
        { cause: error },
      );
    }
  }

  /** Asks again and again, at first often; undefined when patience is over. */
  private async poll<T>(patienceMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const until = performance.now() + patienceMs;
    for (let pause = POLL_MS.first; ; pause = Math.min(pause * 1.5, POLL_MS.longest)) {
      const answer = await ask();
      if (answer !== undefined || performance.now() + pause > until) return answer;
      await delay(pause);
    }
  }

  private async asking<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw refusal(error, this.target);
    }
  }
}

/** Whether a release is being started, in whichever place the platform shows it. */
function isDeploying({
  active_deployment: active,
  pending_deployment: pending,
  app_status: app,
}: DatabricksApp): boolean {
  const states = [active?.status?.state, pending?.status?.state];
  return states.includes('IN_PROGRESS') || app?.state === 'DEPLOYING';
}

/** What the platform refuses of an app has words of its own, also where it was put into a sentence already. */
export function refusal(failure: unknown, target: Target): unknown {
  const error = failure instanceof CommandFailed ? failure.cause : failure;
  if (!(error instanceof PlatformError)) return failure;
  const { appName, asOptions } = target;
  if (error.kind === 'already_exists') {
    return new CommandFailed(
      `The name ${appName} is taken by an app that you may not see. Take another one: --app NAME, or change app_name in databricks.yml; or ask its owner for CAN_MANAGE.`,
      EXIT.failed,
      { cause: error },
    );
  }
  if (error.kind === 'permission_denied' && error.operation?.includes('/api/2.0/apps/') === true) {
    return new CommandFailed(
      `There is an app ${appName} that you may not change: ${error.message}. Ask its owner for CAN_MANAGE, act as somebody else by --as, or take another name by --app.`,
      EXIT.failed,
      { cause: error },
    );
  }
  if (error.kind === 'conflict') {
    return new CommandFailed(
      `Another change of ${appName} is under way: ${error.message}. Wait until it is over (npx lakescope status ${asOptions}), then deploy again.`,
      EXIT.failed,
      { cause: error },
    );
  }
  return platformFailure(error, target);
}
