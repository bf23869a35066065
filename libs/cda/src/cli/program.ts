import { randomUUID } from 'node:crypto';
import { DeltaError } from '@lakescope/delta';
import { failureOf, IngestionRefused } from '../errors';
import { planIngestion } from '../plan/plan-ingestion';
import { runIngestion } from '../run/run-ingestion';
import type { IngestionOptions } from '../run/run-options';
import { verifyIngestion } from '../verify/verify-ingestion';
import { HELP, parseCommandLine, UsageError, type Arguments } from './arguments';
import { jsonLine } from './json-line';
import { openStores } from './open-stores';
import { Progress, type ProgressScreen } from './progress';
import { StateFile } from './state-file';
import { planLines, runLines, verificationLines } from './texts';

/** What the process ends with. */
export const EXIT = { done: 0, leftBehind: 1, notBegun: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a command line works with: everything that a process has and a test gives. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The result. */
  out(text: string): void;
  /** Everything that is not the result. */
  readonly notes: ProgressScreen;
  readonly version: string;
  /** Stops at the next folder boundary. */
  readonly signal: AbortSignal;
  now(): number;
}

/** Runs one command line and says what the process is to end with. Faults of the program are thrown. */
export async function main(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  try {
    const asked = parseCommandLine(args);
    if (asked === 'help') around.out(HELP);
    else if (asked === 'version') around.out(`${around.version}\n`);
    else return await COMMANDS[asked.verb](asked, around);
    return EXIT.done;
  } catch (error) {
    const text = sentence(error, around);
    if (text === undefined) throw error;
    around.notes.write(`${text}\n`);
    return EXIT.notBegun;
  }
}

/** What a person can act on; undefined for a fault of the program. */
function sentence(error: unknown, around: Surroundings): string | undefined {
  if (error instanceof UsageError) return error.message;
  if (error instanceof IngestionRefused) return `${error.message}. ${error.advice}`;
  if (around.signal.aborted) return 'Stopped before anything was written.';
  if (error instanceof DeltaError) {
    const { message, advice } = failureOf(error);
    return `${message}. ${advice}`;
  }
  return undefined;
}

const COMMANDS = { plan, run, verify };

async function plan(asked: Arguments, around: Surroundings): Promise<ExitCode> {
  const told = await planIngestion(await ingestion(asked, around));
  if (asked.json) {
    for (const table of told.tables) around.out(jsonLine({ type: 'table', ...table }));
    const { manifestEtag, folders, files, bytes } = told;
    around.out(jsonLine({ type: 'plan', manifestEtag, tables: told.tables.length, folders, files, bytes }));
  } else around.out(`${planLines(told).join('\n')}\n`);
  return told.tables.some(({ state }) => state === 'blocked') ? EXIT.leftBehind : EXIT.done;
}

async function run(asked: Arguments, around: Surroundings): Promise<ExitCode> {
  const options = await ingestion(asked, around);
  const state = asked.state === undefined ? undefined : new StateFile(asked.state, asked);
  // Who decides about a reset or tries folders again wants that done, whether or not the manifest is new.
  const isPlain = !asked.retryQuarantined && Object.keys(asked.resets).length === 0;
  const progress = asked.json ? undefined : new Progress(around.notes, () => around.now());
  const result = await runIngestion({
    ...options,
    runId: randomUUID(),
    onPoison: asked.onPoison,
    retryQuarantined: asked.retryQuarantined,
    manifestEtag: isPlain ? await state?.manifestEtag() : undefined,
    onEvent: (event) => {
      if (asked.json) around.out(jsonLine(event));
      progress?.take(event);
    },
  }).finally(() => progress?.end());
  if (result.manifestEtag !== undefined) await state?.remember(result.manifestEtag);
  if (asked.json) {
    const { outcome, manifestEtag, durationMs, tables } = result;
    around.out(jsonLine({ type: 'result', outcome, tables: tables.length, manifestEtag, durationMs }));
  } else around.out(`${runLines(result).join('\n')}\n`);
  return result.outcome === 'completed' || result.outcome === 'unchanged' ? EXIT.done : EXIT.leftBehind;
}

async function verify(asked: Arguments, around: Surroundings): Promise<ExitCode> {
  const verdicts = new Map<string, number>();
  for await (const table of verifyIngestion(await ingestion(asked, around))) {
    verdicts.set(table.verdict, (verdicts.get(table.verdict) ?? 0) + 1);
    if (asked.json) around.out(jsonLine({ type: 'table', ...table }));
    else around.out(`${verificationLines(table).join('\n')}\n`);
  }
  const sums = Object.fromEntries(verdicts);
  if (asked.json) around.out(jsonLine({ type: 'verification', verdicts: sums }));
  else {
    const parts = [...verdicts].map(([verdict, tables]) => `${tables} ${verdict.replaceAll('_', ' ')}`);
    around.out(`${parts.length === 0 ? 'There are no such tables' : parts.join(', ')}\n`);
  }
  return verdicts.has('damaged') || verdicts.has('unverified') ? EXIT.leftBehind : EXIT.done;
}

async function ingestion(asked: Arguments, around: Surroundings): Promise<IngestionOptions> {
  const { mode, include, exclude, enforceFence, pathRewrite, resets, parallelTables } = asked;
  const stores = await openStores(asked, around.env);
  return {
    ...stores,
    ...{ mode, include, exclude, enforceFence, pathRewrite, resets, parallelTables },
    signal: around.signal,
  };
}
