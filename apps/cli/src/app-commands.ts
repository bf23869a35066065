import { readFile, writeFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import type { AppDeployment, DatabricksApp } from '@lakescope/databricks-client';
import type { CommandContext } from './command-context';
import { CommandFailed, EXIT, type ExitCode } from './exit-code';
import { openBrowser } from './open-browser';
import { callApp, jsonOf, type AppAnswer } from './targets/call-app';
import { addressOf, findApp } from './targets/find-app';
import { Target } from './targets/target';
import type { TargetOptions } from './targets/target-options';

export interface CallOptions extends TargetOptions {
  /** Method; POST where data is given and nothing else is said. */
  readonly request?: string;
  /** JSON, or `@FILE` with JSON. */
  readonly data?: string;
}

export interface JsonOption {
  readonly json: boolean;
}

/** Probes answer at once or not at all. */
const PROBE_PATIENCE_MS = 20_000;

/** Calls a deployed app as whoever runs the command: the answer on standard output, its status beside it; exit 1 from 400 on. */
export function call(path: string, options: CallOptions, context: CommandContext): Promise<ExitCode> {
  return withTarget(options, context, async (target) => {
    const body = options.data === undefined ? undefined : await jsonText(options.data);
    const method = (options.request ?? (body === undefined ? 'GET' : 'POST')).toUpperCase();
    if (!/^[A-Z]{3,10}$/.test(method)) {
      throw new CommandFailed(`-X takes a method such as GET or POST, and not ${options.request ?? ''}.`, EXIT.usage);
    }
    const origin = addressOf(await findApp(target), target);
    const answer = await callApp(target, origin, { method, path, ...(body === undefined ? {} : { body }) });
    context.terminal.note(`${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim());
    const text = readable(answer);
    if (text !== '') context.terminal.out(text);
    return answer.status >= 400 ? EXIT.failed : EXIT.ok;
  });
}

/** What the platform says of the app: its compute, the deployment that runs and the one under way. Exit 1 unless the app runs. */
export function status(options: TargetOptions & JsonOption, context: CommandContext): Promise<ExitCode> {
  return withTarget(options, context, async (target) => {
    const app = await findApp(target);
    context.terminal.out(options.json ? JSON.stringify(statusJson(app)) : statusText(app));
    return app.app_status?.state === 'RUNNING' ? EXIT.ok : EXIT.failed;
  });
}

/** Prints the app's address, and opens it in a browser where a person sits in front of one. */
export function open(options: TargetOptions & { browser: boolean }, context: CommandContext): Promise<ExitCode> {
  return withTarget(options, context, async (target) => {
    const { href } = addressOf(await findApp(target), target);
    context.terminal.out(href);
    if (!options.browser || context.terminal.questions === undefined) return EXIT.ok;
    if (!(await openBrowser(href))) context.terminal.note('There is no browser here that could be opened.');
    return EXIT.ok;
  });
}

/** `GET /health` and `GET /ready` of the app; exit 1 unless it is ready. */
export function health(options: TargetOptions & JsonOption, context: CommandContext): Promise<ExitCode> {
  return withTarget(options, context, async (target) => {
    const origin = addressOf(await findApp(target), target);
    const [alive, ready] = await Promise.all(
      ['/health', '/ready'].map((path) =>
        callApp(target, origin, { method: 'GET', path, patienceMs: PROBE_PATIENCE_MS }),
      ),
    );
    const isReady = alive?.status === 200 && ready?.status === 200;
    const said = { health: probed(alive), ready: probed(ready) };
    context.terminal.out(options.json ? JSON.stringify({ is_ready: isReady, ...said }) : healthText(isReady, said));
    return isReady ? EXIT.ok : EXIT.failed;
  });
}

/** The API's document: that of a running app where a target is named, else that of this checkout. */
export async function openApi(
  options: Partial<TargetOptions> & { out?: string },
  file: string,
  context: CommandContext,
): Promise<ExitCode> {
  const { target, out } = options;
  const text =
    target === undefined
      ? await readFile(file, 'utf8')
      : await documentOf({ ...(options as TargetOptions), target }, context);
  if (out === undefined) context.terminal.out(text.trimEnd());
  else {
    await writeFile(out, text.trimEnd() + '\n');
    context.terminal.note(`Written to ${out}.`);
  }
  return EXIT.ok;
}

/**
 * Has the running app roll its metrics up, as the daily job of databricks.yml does, with the same exit codes: 0 done, 1 the app or its
 * database is away, 2 the app refused or found its books wrong.
 */
export function aggregateInApp(options: TargetOptions, context: CommandContext): Promise<ExitCode> {
  return withTarget(options, context, async (target) => {
    const origin = addressOf(await findApp(target), target);
    const answer = await callApp(target, origin, { method: 'POST', path: '/api/v1/metrics/aggregate' });
    context.terminal.out(readable(answer));
    if (answer.status === 202) return hasAlarm(jsonOf(answer)) ? EXIT.wrong : EXIT.ok;
    context.terminal.note(`The app answered ${answer.status}.`);
    return answer.status >= 500 || answer.status === 429 ? EXIT.failed : EXIT.wrong;
  });
}

async function documentOf(options: TargetOptions, context: CommandContext): Promise<string> {
  let text = '';
  await withTarget(options, context, async (target) => {
    const origin = addressOf(await findApp(target), target);
    const answer = await callApp(target, origin, { method: 'GET', path: '/openapi.json' });
    const document = jsonOf(answer);
    if (answer.status !== 200 || typeof document !== 'object' || document === null || !('openapi' in document)) {
      throw new CommandFailed(`GET /openapi.json of ${origin.origin} answered ${answer.status}, and no document.`);
    }
    text = JSON.stringify(document, undefined, 2);
    return EXIT.ok;
  });
  return text;
}

async function withTarget(
  options: TargetOptions,
  context: CommandContext,
  work: (target: Target) => Promise<ExitCode>,
): Promise<ExitCode> {
  const target = await Target.open(options, context);
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

async function jsonText(data: string): Promise<string> {
  const text = data.startsWith('@') ? await readFile(data.slice(1), 'utf8') : data;
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    throw new CommandFailed(
      `-d takes JSON, or @FILE with JSON in it: ${(cause as Error).message}. In a shell, put it into single quotes: -d '{"name":"value"}'`,
      EXIT.usage,
      { cause },
    );
  }
}

/** JSON in lines, other text as it is; of anything else only what it is. */
function readable(answer: AppAnswer): string {
  const json = jsonOf(answer);
  if (json !== undefined) return JSON.stringify(json, undefined, 2);
  if (answer.body.length === 0) return '';
  if (/^text\/|json|xml|javascript|yaml/.test(answer.type)) return Buffer.from(answer.body).toString('utf8').trimEnd();
  return `(${answer.body.length} bytes of ${answer.type === '' ? 'an unnamed type' : answer.type})`;
}

interface Said {
  readonly status: number;
  readonly body: unknown;
}

function probed(answer: AppAnswer | undefined): Said {
  return answer === undefined ? { status: 0, body: null } : { status: answer.status, body: jsonOf(answer) ?? null };
}

function healthText(isReady: boolean, said: { health: Said; ready: Said }): string {
  const lines = Object.entries(said).map(
    ([name, { status: code, body }]) => `${`/${name}`.padEnd(8)} ${code}  ${body === null ? '' : JSON.stringify(body)}`,
  );
  return [...lines, isReady ? 'Ready.' : 'Not ready.'].join('\n');
}

function statusJson(app: DatabricksApp): object {
  const { name, url, compute_status, app_status, active_deployment, pending_deployment } = app;
  return {
    app: name ?? null,
    url: url ?? null,
    app_status: app_status ?? null,
    compute_status: compute_status ?? null,
    active_deployment: active_deployment === undefined ? null : deploymentJson(active_deployment),
    pending_deployment: pending_deployment === undefined ? null : deploymentJson(pending_deployment),
  };
}

function deploymentJson({
  deployment_id,
  status: state,
  source_code_path,
  creator,
  create_time,
}: AppDeployment): object {
  return {
    deployment_id: deployment_id ?? null,
    status: state ?? null,
    source_code_path: source_code_path ?? null,
    creator: creator ?? null,
    create_time: create_time ?? null,
  };
}

function statusText(app: DatabricksApp): string {
  const { name, url, compute_status, app_status, active_deployment, pending_deployment, compute_size } = app;
  const size = compute_size === undefined ? '' : ` (${compute_size})`;
  return [
    `App       ${name ?? ''}  ${url ?? 'no address yet'}`,
    `State     ${stateOf(app_status)}`,
    `Compute   ${stateOf(compute_status)}${size}`,
    `Active    ${deploymentText(active_deployment)}`,
    `Pending   ${deploymentText(pending_deployment)}`,
  ].join('\n');
}

function stateOf(state: { state?: string; message?: string } | undefined): string {
  const message = state?.message === undefined ? '' : `: ${state.message}`;
  return `${state?.state ?? 'unknown'}${message}`;
}

function deploymentText(deployment: AppDeployment | undefined): string {
  if (deployment?.deployment_id === undefined) return 'none';
  const { deployment_id, status: state, creator, create_time, source_code_path } = deployment;
  return `${deployment_id} ${state?.state ?? ''}, ${create_time ?? ''} by ${creator ?? 'nobody known'}, from ${source_code_path ?? 'an unknown place'}`;
}

function hasAlarm(answer: unknown): boolean {
  const { kept } = (answer ?? {}) as { kept?: unknown };
  return (
    Array.isArray(kept) && kept.some((day: unknown) => (day as { alarm?: unknown } | null | undefined)?.alarm === true)
  );
}
