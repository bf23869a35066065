import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of `endpoints.json` what is used here. The tokens are credentials of the local workspace: they are never printed. */
export interface Endpoints {
  readonly app: string;
  readonly workspace: string;
  readonly warehouse_id: string;
  readonly service_principal: { readonly client_id: string; readonly client_secret: string };
  readonly personas: { readonly admin: { readonly user_name: string; readonly token: string } };
}

export interface GivenProduct {
  readonly endpoints: Endpoints;
  stop(): Promise<void>;
}

/** One that runs already, by the file it has written. */
export async function runningProduct(file: string): Promise<GivenProduct> {
  return { endpoints: await readEndpoints(file), stop: () => Promise.resolve() };
}

/** The whole product of this checkout on free ports, with a state of its own that is gone afterwards. */
export async function startProduct(): Promise<GivenProduct> {
  const state = await mkdtemp(join(tmpdir(), 'lakescope-conformance-'));
  const child = spawn(process.execPath, ['tools/start.mjs', '--ports', '0', '--state', state, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  child.stdout.setEncoding('utf8');
  let text = '';
  const ready = (async () => {
    for await (const chunk of child.stdout as AsyncIterable<string>) {
      text += chunk;
      if (/"personas"/.test(text) && text.trimEnd().endsWith('}')) return;
    }
    throw new Error(`The product did not start: ${text.slice(-500)}`);
  })();
  await ready;
  child.stdout.resume();
  return {
    endpoints: await readEndpoints(join(state, 'endpoints.json')),
    stop: async () => {
      child.kill('SIGINT');
      await ended;
      await rm(state, { recursive: true, force: true });
    },
  };
}

async function readEndpoints(file: string): Promise<Endpoints> {
  const read: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof read !== 'object' || read === null || !('workspace' in read) || !('personas' in read)) {
    throw new Error(`${file} is no endpoints.json of a local run`);
  }
  return read as Endpoints;
}
