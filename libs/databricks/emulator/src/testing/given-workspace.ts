import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';
import type { WorkspaceOptions } from '../workspace/workspace-options';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
  /** The body as JSON; throws when it is none. */
  json<Body = Record<string, unknown>>(): Body;
}

export interface Asked {
  method?: string;
  token?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** A folder that is gone after the test. */
export async function givenFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'lakescope-workspace-'));
}

/** A workspace of its own for a suite; `stop` ends it and removes its state. */
export async function givenWorkspace(
  options: Partial<WorkspaceOptions> = {},
): Promise<{ workspace: LocalWorkspace; stop(): Promise<void> }> {
  const stateDirectory = options.stateDirectory ?? (await givenFolder());
  const workspace = await startWorkspace({ port: 0, ...options, stateDirectory });
  return {
    workspace,
    stop: async () => {
      await workspace.close();
      // What a client has left in the middle of may still put its last file there.
      await rm(stateDirectory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

/** Sends the path exactly as given: `fetch` would resolve `..` before sending. */
export function ask(workspace: LocalWorkspace, path: string, asked: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
      ...(asked.body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(asked.body)) }),
      ...asked.headers,
    };
    const { port } = workspace;
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      method: asked.method ?? 'GET',
      headers,
      agent: false,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString('utf8');
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, bytes, text, json: <Body>() => JSON.parse(text) as Body });
      });
    });
    request.end(asked.body);
  });
}
