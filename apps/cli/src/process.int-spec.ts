import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStack } from '@lakescope/server-testing';

interface Ended {
  code: number | null;
  out: string;
  error: string;
}

describe('the command line as a process', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lakescope-cli-process-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('does not wait for answers that nobody can give', async () => {
    const { code, out, error } = await lakescope(['doctor', '--settings', join(folder, 'none')]);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toContain('Nobody can be asked here');
  }, 60_000);

  it('prints the result on standard output and nothing else there', async () => {
    const { code, out } = await lakescope(['doctor', '--check-only', '--json', '--settings', join(folder, 'none')]);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ready: false, items: [{ id: 'environment', state: 'failed' }] });
  }, 60_000);

  it('ends with 2 and a sentence when the command line is wrong', async () => {
    const { code, error } = await lakescope(['doctor', '--instance', 'a', '--endpoint', 'b']);

    expect(code).toBe(2);
    expect(error).toContain('cannot be used with');
  }, 60_000);

  it('prints the whole document, however long, before it ends', async () => {
    const { code, out } = await lakescope(['openapi']);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
  }, 60_000);

  it('ends without a word when whoever reads the result has read enough', async () => {
    const child = spawn(process.execPath, ['tools/lakescope.mjs', 'openapi'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    let error = '';
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    child.stdout.destroy();
    const code = await new Promise((done) => child.once('close', done));

    expect({ code, error }).toEqual({ code: 1, error: '' });
  }, 60_000);

  it('trusts the certificates that the settings name, beside those of the shell', async () => {
    const [stack, other] = await Promise.all([LocalStack.start(), LocalStack.start()]);
    try {
      const { NODE_EXTRA_CA_CERTS: otherCertificates } = other.environment();
      const settings = join(folder, 'settings');
      const values = Object.entries(stack.environment()).filter(([, value]) => value !== undefined);
      await writeFile(settings, values.map(([name, value]) => `${name}='${value}'\n`).join(''));

      const { code, error } = await lakescope(['migrate', 'show', '--settings', settings], {
        NODE_EXTRA_CA_CERTS: otherCertificates,
      });

      expect({ code, error }).toEqual({ code: 0, error: expect.stringContaining('(lakescope-local)') });
    } finally {
      await Promise.all([stack.stop(), other.stop()]);
    }
  }, 60_000);

  function lakescope(args: readonly string[], shell: Record<string, string | undefined> = {}): Promise<Ended> {
    const child = spawn(process.execPath, ['tools/lakescope.mjs', ...args], {
      // Open and silent: a question would wait for ever.
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder, ...shell },
    });
    const ended: Ended = { code: null, out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => (ended.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (ended.error += chunk.toString()));
    return new Promise((done) => child.on('close', (code) => done({ ...ended, code })));
  }
});
