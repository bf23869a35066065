import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSuite, FolderBucket } from '@lakescope/cda-synthetic';
import { unfinishedName } from '@lakescope/delta';
import { EXIT, main, type ExitCode } from './program';

interface Said {
  readonly code: ExitCode;
  readonly out: string;
  readonly notes: string;
}

describe('the command line', () => {
  let folder: string;
  let manifest: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cda-cli-'));
    manifest = join(folder, 'source/manifest.json');
    const step = { even: true, folders: 3, files: 3, disorders: ['truncated-file@cc_claim' as const] };
    await createSuite(new FolderBucket(join(folder, 'source')), { seed: 3, tables: 3, step });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('plans, runs and proves, and ends with 1 while something is left behind', async () => {
    const target = join(folder, 'target');

    const planned = await said(['plan', manifest, target]);
    expect(planned.code).toBe(EXIT.done);
    expect(planned.out).toContain('14 folders, 42 files, ');
    expect(planned.out).toMatch(/^cc_claim +ready +8 +24 +\S+ KiB +new$/m);
    await expect(readdir(target)).rejects.toThrow('ENOENT');

    const ran = await said(['run', manifest, target]);
    expect(ran.code).toBe(EXIT.leftBehind);
    expect(ran.notes).toContain('error: cc_claim/');
    expect(ran.notes).toContain('cc_claim: completed with errors, 7 of 8 folders');
    expect(ran.out).toContain('completed with errors: 13 folders');
    expect(ran.out).toContain('1 folder could not be ingested: repair at the source');

    const proved = await said(['verify', manifest, target]);
    expect(proved.code).toBe(EXIT.done);
    expect(proved.out).toContain('3 intact\n');
    expect((await said(['run', manifest, target, '--exclude', 'cc_claim'])).code).toBe(EXIT.done);
    expect((await said(['plan', manifest, target])).out).toContain('0 folders, 0 files, 0 B to ingest into 3 tables');
  });

  it('tells everything as lines of JSON where that is asked for', async () => {
    const target = join(folder, 'json');
    const { out, notes, code } = await said(['run', manifest, target, '--json', '--include', 'pc_*', '--mode=copy']);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

    expect({ code, notes }).toEqual({ code: EXIT.done, notes: '' });
    expect(lines.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['manifest', 'folder-done', 'table-done', 'result']),
    );
    expect(lines.at(-1)).toMatchObject({ type: 'result', outcome: 'completed' });
    const plan = (await said(['plan', manifest, target, '--json'])).out.trimEnd().split('\n');
    expect(JSON.parse(plan.at(-1) ?? '')).toMatchObject({ type: 'plan' });
    const proof = (await said(['verify', manifest, target, '--json', '--include', 'pc_*'])).out.split('\n');
    expect(JSON.parse(proof[0] ?? '')).toMatchObject({ type: 'table', verdict: 'intact' });
  });

  it('remembers the manifest of a complete run for the same selection, and of no other', async () => {
    const [target, state] = [join(folder, 'remembered'), join(folder, 'state')];
    const remembered = 'the manifest is that of the last complete run';
    const run = (...more: string[]): Promise<Said> =>
      said(['run', manifest, target, '--state', state, '--exclude', 'cc_claim', ...more]);
    const { pid } = spawnSync(process.execPath, ['--version']);
    await mkdir(state);
    await writeFile(join(state, unfinishedName().replace(`-${process.pid}-`, `-${pid}-`)), '');

    expect((await run()).out).toContain('completed: ');
    expect(await readdir(state)).toEqual([expect.stringMatching(/^[\da-f]{32}\.json$/)]);
    expect((await run()).out).toContain(remembered);
    expect((await run('--mode', 'copy')).out).not.toContain(remembered);
    expect((await run('--exclude', 'nothing')).out).not.toContain(remembered);
    expect((await run('--retry-quarantined')).out).not.toContain(remembered);
    for (const name of await readdir(state)) await writeFile(join(state, name), '{');
    expect((await run()).out).not.toContain(remembered);
    expect((await run()).out).toContain(remembered);
    // A run that leaves something behind is none to remember.
    const all = ['run', manifest, target, '--state', state];
    await said(all);
    expect((await said(all)).out).not.toContain(remembered);
  });

  it('stops before it begins when it is told to, and says how to go on', async () => {
    const stop = new AbortController();
    stop.abort();
    const ran = await said(['run', manifest, join(folder, 'stopped')], stop.signal);
    expect(ran.code).not.toBe(EXIT.done);
    expect(`${ran.out}${ran.notes}`).toMatch(/Stopped before anything was written|Run again to go on/);
  });

  it('prints its help and version', async () => {
    expect((await said(['--help'])).out).toContain('lakescope-cda verify MANIFEST TARGET');
    expect((await said(['--version'])).out).toBe('1.2.3\n');
  });

  it.each([
    [[], 'Say what to do'],
    [['fly', 'a', 'b'], 'There is no command fly'],
    [['run', 'a'], 'run needs two URIs'],
    [['run', 'a', 'b', 'c'], 'one argument too many'],
    [['run', 'a', 'b', '--mode', 'move'], '--mode is reference or copy'],
    [['run', 'a', 'b', '--parallel', '0'], '--parallel is a whole number'],
    [['run', 'a', 'b', '--rewrite', 'x'], '--rewrite is FROM=TO'],
    [['run', 'a', 'b', '--reset', 'cc_claim=maybe'], '--reset cc_claim is rebuild or continue'],
    [['run', 'a', 'b', '--endpoint', 'localhost'], 'An endpoint is a URL'],
    [['run', 'a', 'b', '--colour'], '--colour'],
    [['run', 'https://x/manifest.json', 'b'], 'neither s3://'],
    [['run', 'nowhere/manifest.json', 'b'], 'There is no manifest at'],
    [['run', 'manifest.json', '.'], 'lie in one another'],
    [['run', 'a/manifest.json', 'b', '--include', '[a-z]'], 'is not a glob of table names'],
    [['run', 'a/manifest.json', 'b', '--source-root', 'elsewhere'], 'does not lie below the root'],
  ])('refuses %j with a sentence and 2', async (args, sentence) => {
    const { code, out, notes } = await said(args);
    expect({ code, out }).toEqual({ code: EXIT.notBegun, out: '' });
    expect(notes).toContain(sentence);
  });

  async function said(args: readonly string[], signal = new AbortController().signal): Promise<Said> {
    let out = '';
    let notes = '';
    const code = await main(args, {
      env: {},
      out: (text) => (out += text),
      notes: { isInteractive: false, columns: 80, write: (text) => (notes += text) },
      version: '1.2.3',
      signal,
      now: () => Date.now(),
    });
    return { code, out, notes };
  }
});
