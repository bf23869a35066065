import { callApp, jsonOf, type AppAnswer } from '../targets/call-app';
import type { Target } from '../targets/target';
import { CommandFailed } from '../exit-code';

/** One request to an app that was just deployed. */
export interface Check {
  readonly path: string;
  /** 0: nobody answered. */
  readonly status: number;
  readonly ok: boolean;
  /** What was wrong, or empty. */
  readonly detail: string;
}

const PATIENCE_MS = 30_000;
/** Paths with what tells that the answer is the app's, and no page of somebody between. */
const ASKED: readonly (readonly [path: string, isRight: (answer: AppAnswer) => boolean])[] = [
  ['/health', (answer) => has(answer, 'status')],
  ['/docs', ({ type, body }) => type === 'text/html' && Buffer.from(body).toString('utf8').includes('swagger-ui')],
  ['/api/v1/user/me', (answer) => has(answer, 'user_id')],
];

/** Asks what every deployed app answers, as whoever deployed it. */
export async function verifyApp(target: Target, origin: URL): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [path, isRight] of ASKED) checks.push(await check(target, origin, path, isRight));
  return checks;
}

async function check(
  target: Target,
  origin: URL,
  path: string,
  isRight: (answer: AppAnswer) => boolean,
): Promise<Check> {
  try {
    const answer = await callApp(target, origin, { method: 'GET', path, patienceMs: PATIENCE_MS });
    const ok = answer.status === 200 && isRight(answer);
    return { path, status: answer.status, ok, detail: ok ? '' : wrong(answer) };
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return { path, status: 0, ok: false, detail: error.message };
  }
}

function wrong(answer: AppAnswer): string {
  if (answer.status === 200) return 'the answer is not the one of this app';
  const { detail, title, message } = (jsonOf(answer) ?? {}) as Record<string, unknown>;
  const said = [detail, title, message].find((text) => typeof text === 'string');
  return said === undefined ? `HTTP ${answer.status}` : String(said).slice(0, 300);
}

function has(answer: AppAnswer, field: string): boolean {
  const json = jsonOf(answer);
  return typeof json === 'object' && json !== null && field in json;
}
