import { spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { ClientRequest } from 'node:http';
import { resolve } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';

const STATES = resolve('dist/bench');

/** The S3 of a local workspace in a process of its own; files in the folder of a bucket are its objects. */
export interface CdaS3 {
  readonly url: string;
  readonly sourceFolder: string;
  readonly targetFolder: string;
  /** For processes that speak to it. */
  readonly env: NodeJS.ProcessEnv;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

export async function startCdaS3(): Promise<CdaS3> {
  await mkdir(STATES, { recursive: true });
  const state = await mkdtemp(resolve(STATES, 'cda-s3-'));
  const child = spawn(process.execPath, ['--max-semi-space-size=4', resolve('dist/bench/cda-s3-process.cjs'), state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, keys, source, target } = JSON.parse(said.toString()) as {
    url: string;
    keys: CdaS3['keys'];
    source: string;
    target: string;
  };
  return {
    url,
    keys,
    sourceFolder: source,
    targetFolder: target,
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_ENDPOINT_URL_S3: url,
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(state, { recursive: true, force: true });
    },
  };
}

/** A client, and the requests of this process to the same server as they are sent, by method and bucket: `ListObjectsV2 source`, `GET source`. */
export function countingClient({ url, keys }: CdaS3): { client: S3Client; counts: Map<string, number> } {
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: keys,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  const counts = new Map<string, number>();
  const { host } = new URL(url);
  // Not by a handler of its own: it would keep requests from the shortest way.
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    if (request.getHeader('host') !== host) return;
    const [, bucket = ''] = /^\/([^/?]*)/.exec(request.path) ?? [];
    const operation = request.path.includes('list-type=2') ? 'ListObjectsV2' : request.method;
    const name = `${operation} ${bucket}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return { client, counts };
}
