import type { CommandContext } from '../command-context';
import { CommandFailed, EXIT, type ExitCode } from '../exit-code';
import { Target } from '../targets/target';
import type { DeployOptions } from './deploy-options';
import { printOutcome } from './deploy-report';
import { Release } from './release';
import { Steps } from './steps';
import { INSTANCE_VARIABLE } from '../bundle';
import { tellWebhook, webhookAddress } from './webhook';

/**
 * Builds, stages, checks, deploys, waits until the app is ready, and asks it. Exit 0 when everything was right, else 1 with the reason and
 * the way back. The result is printed and the webhook told in any case, also where a failure of another kind is thrown after that.
 */
export async function deploy(options: DeployOptions, surroundings: CommandContext): Promise<ExitCode> {
  const context = withInstance(options.instance, surroundings);
  const { terminal } = context;
  const webhook = options.webhook === undefined ? undefined : webhookAddress(options.webhook);
  const steps = new Steps(terminal, options.json);
  let target: Target | undefined;
  let release: Release | undefined;
  let failure: unknown;
  try {
    target = await Target.open(options, context);
    release = new Release(target, options, context, steps);
    await release.run();
  } catch (error) {
    failure = error;
  } finally {
    await target?.close();
  }
  printOutcome(
    {
      target: options.target,
      app: target?.appName,
      deploymentId: release?.deploymentId,
      url: release?.url,
      seconds: steps.seconds,
      steps: steps.taken,
      checks: release?.checks ?? [],
      faults: release?.faults ?? [],
      previous: release?.previous,
      goBack: release?.goBack,
      dataFirst: release?.beforeGoingBack,
      isTouched: release?.isTouched ?? false,
      migrations: release?.migrations,
      reason: failure === undefined ? undefined : reasonOf(failure),
    },
    options.json,
    terminal,
  );
  if (webhook !== undefined) {
    const news = {
      status: failure === undefined ? ('succeeded' as const) : ('failed' as const),
      app: target?.appName ?? '',
      deployment_id: release?.deploymentId ?? null,
      seconds: steps.seconds,
    };
    const complaint = await tellWebhook(webhook, news);
    if (complaint !== undefined) terminal.note(complaint);
  }
  if (failure === undefined) return EXIT.ok;
  // What is no sentence for people is a fault of the program, or of this machine: the outcome is told all the same.
  if (!(failure instanceof CommandFailed)) throw failure;
  return failure.exitCode;
}

/** Named on the command line, it is that variable of databricks.yml for this command alone, also for the Databricks CLI. */
function withInstance(instance: string | undefined, context: CommandContext): CommandContext {
  if (instance === undefined) return context;
  return { ...context, shell: { ...context.shell, [`BUNDLE_VAR_${INSTANCE_VARIABLE}`]: instance } };
}

function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
