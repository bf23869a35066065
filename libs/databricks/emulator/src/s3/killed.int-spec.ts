import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { RequestLog } from '../http/request-log';
import { givenFolder } from '../testing/given-workspace';
import { S3Endpoint } from './s3-endpoint';
import { S3Keys } from './s3-keys';

const Bucket = 'lakescope-lake';
/** Keys written over and over, some of which can be no path. */
const KEYS = ['a', 'a/b', 'a//c', 'log/0.json', 'log/1.json', 'x/y/z', 'ü/\u{1f600}'];
const md5 = (body: string): string => `"${createHash('md5').update(body).digest('hex')}"`;

/** The endpoint as a process of its own, so that it can be killed. */
const PROGRAM = `
import { RequestLog } from '../http/request-log';
import { S3Endpoint } from './s3-endpoint';
import { S3Keys } from './s3-keys';
const stateDirectory = process.argv[2] ?? '';
const keys = await S3Keys.load(stateDirectory);
const { url } = await S3Endpoint.start({ stateDirectory, port: 0, keys, requestLog: new RequestLog(1) });
process.stdout.write(url);
`;

describe('the S3 endpoint after kill -9', () => {
  let folder: string;
  let stateDirectory: string;
  let program: string;

  beforeAll(async () => {
    folder = await givenFolder();
    stateDirectory = join(folder, 'state');
    program = join(folder, 'endpoint.mjs');
    await build({
      stdin: { contents: PROGRAM, resolveDir: __dirname, loader: 'ts' },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
      },
      logLevel: 'error',
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function started(): Promise<{ child: ChildProcess; client: S3Client }> {
    const child = spawn(process.execPath, [program, stateDirectory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, client: await clientOf(url.toString()) };
  }
  async function clientOf(endpoint: string): Promise<S3Client> {
    const { root } = await S3Keys.load(stateDirectory);
    return new S3Client({ endpoint, region: 'us-east-1', credentials: root, maxAttempts: 1 });
  }

  it('holds every upload that was acknowledged, whole and with its ETag, and none in part', async () => {
    const acknowledged = new Map<string, string>();
    const sent = new Map<string, Set<string>>();
    for (let round = 0; round < 5; round += 1) {
      const { child, client } = await started();
      let isUp = true;
      const writers = KEYS.map(async (Key, writer) => {
        for (let turn = 0; isUp; turn += 1) {
          const Body = `round ${round} turn ${turn} `.repeat(1 + 1000 * writer);
          const bodies = sent.get(Key) ?? new Set();
          sent.set(Key, bodies.add(Body));
          const written = await client.send(new PutObjectCommand({ Bucket, Key, Body })).then(
            () => true,
            () => false,
          );
          // What was sent before and never acknowledged is overwritten by now.
          if (written) {
            acknowledged.set(Key, Body);
            sent.set(Key, new Set());
          }
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 150 + 61 * round));
      child.kill('SIGKILL');
      isUp = false;
      await Promise.all([once(child, 'exit'), ...writers]);
      client.destroy();
    }
    expect(acknowledged.size).toBe(KEYS.length);

    // Half a line at the end of the index, as a kill in the middle of a write leaves it.
    await appendFile(join(stateDirectory, 's3/state', Bucket, 'index.jsonl'), '{"key":"a","etag":"tor');
    const keys = await S3Keys.load(stateDirectory);
    const endpoint = await S3Endpoint.start({ stateDirectory, port: 0, keys, requestLog: new RequestLog(1) });
    const client = await clientOf(endpoint.url);
    for (const Key of KEYS) {
      const answer = await client.send(new GetObjectCommand({ Bucket, Key }));
      const body = (await answer.Body?.transformToString()) ?? '';
      const possible = [acknowledged.get(Key), ...(sent.get(Key) ?? [])];
      expect(possible.includes(body)).toBe(true);
      expect(answer.ETag).toBe(md5(body));
    }
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([...KEYS].sort());
    expect(await readdir(join(stateDirectory, 's3/state', Bucket, 'temporary'))).toEqual([]);
    client.destroy();
    await endpoint.close();
  });
});
