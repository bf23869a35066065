import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  continueSuite,
  createSuite,
  DISORDERS,
  FolderBucket,
  InvalidSynthetic,
  openSuite,
  S3Bucket,
  type DisorderAt,
  type Step,
  type SyntheticBucket,
  type SyntheticSuite,
  type WrittenStep,
} from '@lakescope/cda-synthetic';

export const HELP = `Synthetic data in the layout of Guidewire CDA. The same seed gives the same bytes.

  npm run cda -- create TARGET [options]     a new suite
  npm run cda -- next TARGET [options]       what happens next in it: new folders, the manifest moves on
  npm run cda -- expected TARGET [TABLE]     what a reader must find, as JSON
  npm run cda -- conformance                 ingests a suite and has deltalake of PyPI read its tables

TARGET is a folder, or s3://bucket/prefix with the usual AWS_* variables (AWS_ENDPOINT_URL_S3 for another store).

  --tables N      3 to 700 (3)                --seed N       (1)
  --start now     ends now instead of in January 2026; or epoch milliseconds
  --minutes N     how long the step is (60)   --folders N    mean per table (4)
  --files N       mean per folder, with the empty one (4)
  --rows N        mean per file (3)           --even         exactly the means for every table
  --repair        with next: writes the files whole that were truncated
  --disorder NAME[@TABLE]   any number of: ${DISORDERS.join(', ')}
`;

const OPTIONS = {
  tables: { type: 'string', default: '3' },
  seed: { type: 'string', default: '1' },
  start: { type: 'string' },
  minutes: { type: 'string' },
  folders: { type: 'string' },
  files: { type: 'string' },
  rows: { type: 'string' },
  even: { type: 'boolean' },
  repair: { type: 'boolean' },
  disorder: { type: 'string', multiple: true },
} as const;

/** Does what the arguments say and answers what to print. Throws InvalidSynthetic and what the store says. */
export async function runCommand(args: readonly string[]): Promise<string> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [verb, target, table] = positionals;
  if (verb === undefined || verb === 'help') return HELP;
  if (target === undefined) throw new InvalidSynthetic(`${verb} needs a TARGET\n\n${HELP}`);
  const bucket = await bucketOf(target, verb === 'create');
  const step: Partial<Step> = {
    ...(values.minutes !== undefined && { minutes: Number(values.minutes) }),
    ...(values.folders !== undefined && { folders: Number(values.folders) }),
    ...(values.files !== undefined && { files: Number(values.files) }),
    ...(values.rows !== undefined && { rows: Number(values.rows) }),
    // The suite checks the names.
    disorders: (values.disorder ?? []) as DisorderAt[],
    even: values.even === true,
    repair: values.repair === true,
  };
  const { seed, tables, start } = values;
  if (verb === 'create') {
    const begin = start === 'now' ? Date.now() - (step.minutes ?? 60) * 60_000 : start && Number(start);
    const time = typeof begin === 'number' ? { start: begin } : {};
    return told(bucket, await createSuite(bucket, { seed: Number(seed), tables: Number(tables), ...time, step }));
  }
  if (verb === 'next') return told(bucket, await continueSuite(bucket, step));
  if (verb === 'expected') return expectation(await openSuite(bucket), table);
  throw new InvalidSynthetic(`There is no ${verb}\n\n${HELP}`);
}

async function bucketOf(target: string, isNew: boolean): Promise<SyntheticBucket> {
  if (!target.startsWith('s3://')) return new FolderBucket(resolve(target));
  const [bucket = '', ...prefix] = target.slice('s3://'.length).split('/');
  const client = new S3Client({ forcePathStyle: process.env['AWS_ENDPOINT_URL_S3'] !== undefined });
  if (isNew) {
    await client.send(new HeadBucketCommand({ Bucket: bucket })).catch(async (error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'NotFound') throw error;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    });
  }
  return new S3Bucket(client, bucket, prefix.filter((part) => part !== '').join('/'));
}

function told(bucket: SyntheticBucket, { suite, folders, files, rows, bytes }: WrittenStep): string {
  const { steps } = suite.history;
  return `${bucket.uri}: step ${steps.length} of ${suite.tables.length} tables, ${folders} folders, ${files} files, ${rows} rows, ${bytes} bytes (synthetic)\n`;
}

function expectation(suite: SyntheticSuite, only: string | undefined): string {
  const tables = suite.tables.filter(({ name }) => only === undefined || name === only);
  const lines = tables.map(({ name }) => {
    const { facts, folders, finalRows } = suite.expected(name);
    return {
      table: name,
      ...facts,
      current_rows: finalRows.size,
      folders: folders.map((folder) => ({
        fingerprint: folder.fingerprint,
        folder: folder.folder,
        files: folder.files.length,
        rows: folder.rows,
        metrics: folder.metrics ?? null,
        complete: folder.complete,
        truncated: folder.files.some(({ truncated }) => truncated),
        disorders: folder.disorders,
      })),
    };
  });
  return `${JSON.stringify(lines, undefined, 2)}\n`;
}
