import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ContractCheck } from '@lakescope/contract-check';
import type { RouteTable, HttpLimits } from '@lakescope/server-http';
import { DatabaseStartup } from '@lakescope/server-persistence';
import { LocalStack, type LocalStackOptions } from '@lakescope/server-testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../create-app';

export type Persona = Parameters<LocalStack['token']>[0];

export interface Ask {
  method?: string;
  /** Whose token the apps proxy would forward. */
  as?: Persona;
  token?: string;
  json?: unknown;
  body?: string;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

export interface TestApiOptions extends LocalStackOptions {
  webRoot?: string;
  limits?: HttpLimits;
  env?: Readonly<Record<string, string | undefined>>;
}

const OPENAPI_FILE = 'libs/contract/openapi.json';

/** The whole production server on a real port, in front of a real Postgres and the local workspace; its log can be read. */
export class TestApi {
  private readonly contract = new ContractCheck(OPENAPI_FILE);

  private constructor(
    readonly stack: LocalStack,
    readonly app: NestFastifyApplication,
    readonly routes: RouteTable,
    readonly url: string,
    readonly log: string[],
  ) {}

  static async start({ webRoot, limits, env, ...stackOptions }: TestApiOptions = {}): Promise<TestApi> {
    const stack = await LocalStack.start(stackOptions);
    const log: string[] = [];
    // A suite asks more often than a person does; those about the limits set their own.
    const usual = { LOG_LEVEL: 'debug', LAKESCOPE_REQUESTS_PER_SECOND: '10000' };
    const { app, routes } = await createApp(stack.config({ ...usual, ...env }), {
      openApiFile: OPENAPI_FILE,
      logDestination: { write: (line) => void log.push(line) },
      ...(webRoot === undefined ? {} : { webRoot }),
      ...(limits === undefined ? {} : { limits }),
    });
    await app.listen(0, '127.0.0.1');
    await app.get(DatabaseStartup).run();
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new TestApi(stack, app, routes, `http://127.0.0.1:${port}`, log);
  }

  /** Asks and holds the answer to the contract. */
  async ask(path: string, { method = 'GET', as, token, json, body, headers = {} }: Ask = {}): Promise<Answer> {
    const forwarded = as === undefined ? token : await this.stack.token(as);
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(forwarded === undefined ? {} : { 'X-Forwarded-Access-Token': forwarded }),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? undefined;
    const problems = this.contract.problemsOf({ method, path, status: response.status, contentType, text });
    if (problems.length > 0) throw new Error(`${method} ${path} broke the contract: ${problems.join('; ')}\n${text}`);
    const isJson = /[/+]json\b/.test(contentType ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? (JSON.parse(text) as Answer['json']) : {},
    };
  }

  logOf(correlationId: string): Record<string, unknown>[] {
    return this.log
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['correlation_id'] === correlationId);
  }

  async stop(): Promise<void> {
    // A connection whose answer was not read to its end is not idle, and would be waited for.
    (this.app.getHttpServer() as Server).closeAllConnections();
    await this.app.close();
    await this.stack.stop();
  }
}
