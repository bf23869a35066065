import { parseArgs } from 'node:util';
import type { IngestionMode, OnPoison, PathRewrite, ResetDecision } from '../run/run-options';

/** The command line cannot be used as it is; the message is a sentence for people. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

export type Verb = 'plan' | 'run' | 'verify';

/** How one of the two stores is reached, beyond what the environment says. */
export interface StoreFlags {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

/** What a command line asks for. */
export interface Arguments {
  readonly verb: Verb;
  readonly manifestUri: string;
  readonly targetUri: string;
  /** Where the data lies when it is not below the folder of the manifest. */
  readonly sourceRoot: string | undefined;
  readonly source: StoreFlags;
  readonly target: StoreFlags;
  readonly mode: IngestionMode;
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly enforceFence: boolean;
  readonly pathRewrite: PathRewrite | undefined;
  readonly onPoison: OnPoison;
  readonly retryQuarantined: boolean;
  readonly resets: Readonly<Record<string, ResetDecision>>;
  readonly parallelTables: number;
  /** Folder where the ETag of the manifest is kept between runs. */
  readonly state: string | undefined;
  readonly json: boolean;
}

export const HELP = `Ingests Guidewire CDA change data into Delta tables, exactly once, one Delta version per CDA folder.

  lakescope-cda plan   MANIFEST TARGET    what a run would do; nothing is written
  lakescope-cda run    MANIFEST TARGET    ingests what is new
  lakescope-cda verify MANIFEST TARGET    proves that the tables are what the source says

MANIFEST is the manifest.json: s3://bucket/path/manifest.json, file:///path or a local path.
TARGET is the folder that gets one folder for each table: s3://bucket/path, file:///path or a local path.

What is ingested
  --include GLOB             only these tables; may be given more than once
  --exclude GLOB             not these tables; may be given more than once
  --rewrite FROM=TO          replaces the beginning of the manifest's dataFilesPath, for data that was copied
  --source-root URI          where the data lies, when it is not below the folder of the manifest
  --no-fence                 also folders that the manifest does not yet vouch for; they may be half-written
How
  --mode reference|copy      point to the files (default; never VACUUM such tables), or copy them first
  --parallel N               tables at once (8)
  --on-poison continue|stop  a folder that cannot be ingested is put aside (default), or stops its table
  --retry-quarantined        tries the folders again that earlier runs put aside
  --reset TABLE=DECISION     for a table whose source was reset: rebuild or continue; may be given more than once
  --state DIR                keeps the ETag of the manifest there, so that a run with nothing new is one request
  --json                     one JSON object a line on standard output
S3
  --endpoint URL             of both stores; --source-endpoint, --target-endpoint for one of them
  --region NAME              of both stores; --source-region, --target-region for one of them
  Credentials come from the usual AWS_* variables and profiles. AWS_SOURCE_ACCESS_KEY_ID, AWS_SOURCE_SECRET_ACCESS_KEY
  and AWS_SOURCE_SESSION_TOKEN, and the same with TARGET, are taken first for one of the two.

Ctrl-C stops at the next folder; what is committed stays, and the next run goes on. Once more stops at once, which loses nothing either.
Exit: 0 done, 1 something was left behind or is damaged, 2 nothing could begin.
`;

const OPTIONS = {
  mode: { type: 'string', default: 'reference' },
  include: { type: 'string', multiple: true },
  exclude: { type: 'string', multiple: true },
  rewrite: { type: 'string' },
  'source-root': { type: 'string' },
  'no-fence': { type: 'boolean', default: false },
  parallel: { type: 'string', default: '8' },
  'on-poison': { type: 'string', default: 'continue' },
  'retry-quarantined': { type: 'boolean', default: false },
  reset: { type: 'string', multiple: true },
  state: { type: 'string' },
  json: { type: 'boolean', default: false },
  endpoint: { type: 'string' },
  region: { type: 'string' },
  'source-endpoint': { type: 'string' },
  'source-region': { type: 'string' },
  'target-endpoint': { type: 'string' },
  'target-region': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const;

const MOST_PARALLEL = 64;

/** Reads a command line; `help` and `version` when that is all it asks for. Throws UsageError. */
export function parseCommandLine(args: readonly string[]): Arguments | 'help' | 'version' {
  const { values, positionals } = parsed(args);
  if (values.help || positionals[0] === 'help') return 'help';
  if (values.version) return 'version';
  const [verb, manifestUri, targetUri, ...rest] = positionals;
  if (verb === undefined)
    throw new UsageError('Say what to do: plan, run or verify. `lakescope-cda --help` tells how.');
  if (verb !== 'plan' && verb !== 'run' && verb !== 'verify') {
    throw new UsageError(`There is no command ${verb}. There are plan, run and verify.`);
  }
  if (manifestUri === undefined || targetUri === undefined) {
    throw new UsageError(`${verb} needs two URIs: that of the manifest.json, and that of the folder for the tables.`);
  }
  if (rest[0] !== undefined) throw new UsageError(`${JSON.stringify(rest[0])} is one argument too many.`);
  return {
    verb,
    manifestUri,
    targetUri,
    sourceRoot: values['source-root'],
    source: {
      endpoint: endpoint(values['source-endpoint'] ?? values.endpoint),
      region: values['source-region'] ?? values.region,
    },
    target: {
      endpoint: endpoint(values['target-endpoint'] ?? values.endpoint),
      region: values['target-region'] ?? values.region,
    },
    mode: oneOf('--mode', values.mode, ['reference', 'copy']),
    include: values.include,
    exclude: values.exclude,
    enforceFence: !values['no-fence'],
    pathRewrite: values.rewrite === undefined ? undefined : pathRewrite(values.rewrite),
    onPoison: oneOf('--on-poison', values['on-poison'], ['continue', 'stop']),
    retryQuarantined: values['retry-quarantined'],
    resets: Object.fromEntries((values.reset ?? []).map(resetOf)),
    parallelTables: parallel(values.parallel),
    state: values.state,
    json: values.json,
  };
}

function parsed(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UsageError(`${flag} is ${allowed.join(' or ')}, and not ${JSON.stringify(value)}.`);
  return found;
}

function endpoint(value: string | undefined): string | undefined {
  if (value === undefined || /^https?:\/\/[^/]+/.test(value)) return value;
  throw new UsageError(`An endpoint is a URL such as https://s3.example.com, and not ${JSON.stringify(value)}.`);
}

function pathRewrite(value: string): PathRewrite {
  const end = value.indexOf('=');
  const [from, to] = [value.slice(0, end), value.slice(end + 1)];
  if (end < 1 || to === '') throw new UsageError('--rewrite is FROM=TO, such as s3://acme-prod/cda=s3://our-copy/cda.');
  return { from, to };
}

function resetOf(value: string): [string, ResetDecision] {
  const [table = '', decision = ''] = value.split('=');
  if (table === '') throw new UsageError('--reset is TABLE=rebuild or TABLE=continue.');
  return [table, oneOf(`--reset ${table}`, decision, ['rebuild', 'continue'])];
}

function parallel(value: string): number {
  const tables = Number(value);
  if (Number.isInteger(tables) && tables >= 1 && tables <= MOST_PARALLEL) return tables;
  throw new UsageError(`--parallel is a whole number from 1 to ${MOST_PARALLEL}, and not ${JSON.stringify(value)}.`);
}
