import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { RunEvent } from '@lakescope/cda';
import { createSuite, FolderBucket } from '@lakescope/cda-synthetic';
import { Secret } from '@lakescope/databricks-client';
import { makeOwnFolder } from '@lakescope/delta';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { JobsLimits } from '../jobs-limits';
import { ThreadBundle } from '../testing/thread-bundle';
import { EmbeddedEngine, ThreadCode } from './embedded-engine';
import { EngineCrashed, EngineFailure } from './engine.errors';
import type { EngineEnd, RunOrder } from './ingestion-engine';

const BUCKET = 'lakescope-lake';

describe('the embedded engine', () => {
  let stack: LocalStack;
  let bundle: ThreadBundle;
  let engine: EmbeddedEngine;
  let folder: string;
  let scratch: string;

  beforeAll(async () => {
    [stack, bundle, folder] = await Promise.all([
      LocalStack.start({ database: false }),
      ThreadBundle.build(),
      mkdtemp(join(tmpdir(), 'lakescope-engine-')),
    ]);
    const code = new ThreadCode();
    code.file = bundle.file;
    code.scratch = await mkdtemp(join(folder, '../lakescope-scratch-'));
    scratch = code.scratch;
    engine = new EmbeddedEngine(code, stack.config().s3, new JobsLimits());
    await createSuite(new FolderBucket(folder), { seed: 7, tables: 3 });
    const { url: endpoint, region, rootKeys: credentials } = stack.workspace.s3;
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    for (const path of await readdir(folder, { recursive: true })) {
      if (!(await stat(join(folder, path))).isFile()) continue;
      const Body = await readFile(join(folder, path));
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `cda/${path}`, Body }));
    }
    client.destroy();
  });

  afterAll(async () => {
    for (const path of [folder, scratch]) await rm(path, { recursive: true, force: true });
    await Promise.all([stack.stop(), bundle.remove()]);
  });

  async function order(target: string, secret?: string): Promise<RunOrder> {
    const { url: endpoint, region, rootKeys } = stack.workspace.s3;
    const keys = {
      accessKeyId: new Secret(rootKeys.accessKeyId),
      secretAccessKey: new Secret(secret ?? rootKeys.secretAccessKey),
      sessionToken: undefined,
    };
    const end = (path: string): EngineEnd => ({
      target: { endpoint, region, pathStyle: true, keys, role: undefined },
      bucket: BUCKET,
      path,
    });
    return {
      source: end('cda/manifest.json'),
      target: end(target),
      request: {
        mode: 'copy',
        include: null,
        exclude: null,
        parallel_tables: 4,
        enforce_fence: true,
        path_rewrite: { from: await rootIn(folder), to: `s3://${BUCKET}/cda` },
        on_poison: 'continue',
        resets: [],
        retry_quarantined: false,
      },
      jobId: 'job-1',
      userId: 'ana@example.com',
      manifestEtag: undefined,
    };
  }

  it('plans, does what it has planned, and then has nothing to do', async () => {
    const { signal } = new AbortController();
    const asked = await order('raw');
    const plan = await engine.plan(asked, signal);
    const events: RunEvent[] = [];
    const result = await engine.run(asked, {
      signal,
      onEvents: async (told) => void events.push(...told),
    });

    expect(plan.folders).toBeGreaterThan(3);
    expect([result.outcome, result.tables.length]).toEqual(['completed', plan.tables.length]);
    expect(result.tables.map(({ table, fence }) => [table, fence]).sort()).toEqual(
      plan.tables.map(({ table, fence }) => [table, fence]).sort(),
    );
    expect(events.filter(({ type }) => type === 'folder-done')).toHaveLength(plan.folders);
    expect((await engine.plan(asked, signal)).folders).toBe(0);
    const { manifestEtag } = result;
    expect(manifestEtag).toBeDefined();
    const again = await engine.run({ ...asked, manifestEtag }, { signal, onEvents: () => Promise.resolve() });
    expect(again.outcome).toBe('unchanged');
  });

  it('reads a manifest alone, and says when it is still the same', async () => {
    const { signal } = new AbortController();
    const { source } = await order('raw');
    const read = await engine.manifest(source, undefined, signal);
    if (read === 'not-modified') throw new Error('Nothing was known before');

    expect(read.tables).toHaveLength(3);
    expect(read.tables.every(({ fence }) => /^\d{13}$/.test(fence))).toBe(true);
    await expect(engine.manifest(source, read.etag, signal)).resolves.toBe('not-modified');
  });

  it('stops between folders when it is told to, and goes on from there', async () => {
    const stop = new AbortController();
    const asked = await order('stopped');
    let folders = 0;
    const result = await engine.run(asked, {
      signal: stop.signal,
      onEvents: async (told) => {
        folders += told.filter(({ type }) => type === 'folder-done').length;
        stop.abort();
      },
    });
    const rest = await engine.run(asked, {
      signal: new AbortController().signal,
      onEvents: async (told) => void (folders += told.filter(({ type }) => type === 'folder-done').length),
    });

    expect([result.outcome, rest.outcome]).toEqual(['cancelled', 'completed']);
    expect(folders).toBe((await engine.plan(await order('another'), new AbortController().signal)).folders);
  });

  it('says what is wrong with keys and manifests, and not what the keys are', async () => {
    const { signal } = new AbortController();
    const wrong = engine.plan(await order('raw', 'another-secret-key'), signal);
    await expect(wrong).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(wrong).rejects.not.toThrow(/another-secret-key/);

    const asked = await order('raw');
    const nowhere = { ...asked, source: { ...asked.source, path: 'nowhere/manifest.json' } };
    await expect(engine.plan(nowhere, signal)).rejects.toThrow(EngineFailure);
  });

  it('is given up with the thread when somebody does not take its events', async () => {
    let during: string[] = [];
    // Of an app that was killed.
    const left = await makeOwnFolder(scratch, 'lakescope-ingestion-');
    const { pid } = spawnSync(process.execPath, ['--version']);
    await rename(left, left.replace(`-${process.pid}-`, `-${pid}-`));
    const refused = engine.run(await order('refused'), {
      signal: new AbortController().signal,
      onEvents: async () => {
        during = await readdir(scratch, { recursive: true });
        throw new Error('the database is gone');
      },
    });

    await expect(refused).rejects.toThrow('the database is gone');
    // Nor does it leave anything on the disk, of itself or of those before.
    expect(during).not.toEqual([]);
    expect(await readdir(scratch)).toEqual([]);
  });

  it('is no crash when a plan is not wanted any more', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const asked = await order('unwanted');
    const endings = [];
    for (const afterMs of [0, 150]) {
      const stop = new AbortController();
      const planning = engine.plan(asked, stop.signal);
      setTimeout(() => stop.abort(), afterMs);
      endings.push(await planning.then(() => 'planned', codeOf));
    }
    const told = errors.mock.calls;
    errors.mockRestore();

    expect(endings).not.toContain('ENGINE_CRASHED');
    expect(endings[0]).not.toBe('planned');
    expect(told).toEqual([]);
    expect(await readdir(scratch)).toEqual([]);
  });
});

function codeOf(error: unknown): string {
  return error instanceof EngineFailure || error instanceof EngineCrashed ? error.complaint.code : String(error);
}

/** What the paths in the manifest begin with. */
async function rootIn(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Record<
    string,
    { dataFilesPath: string }
  >;
  const [table = '', entry] = Object.entries(manifest)[0] ?? [];
  return (entry?.dataFilesPath ?? '').replace(/\/$/, '').slice(0, -table.length - 1);
}
