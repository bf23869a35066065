import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { AuditEntry } from '@lakescope/server-audit';
import { ConfigModule } from '@lakescope/server-config';
import {
  HttpLimits,
  HttpModule,
  ProblemFilter,
  strictValidation,
  UserCaller,
  useStreamedBodies,
} from '@lakescope/server-http';
import { UserPreference } from '@lakescope/server-lakebase';
import { PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import type { Type } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { HistoryLimits } from '../history/history-limits';
import { ServingLimits } from '../limits';
import { ServingModule } from '../serving.module';

export type Persona = 'admin' | 'engineer' | 'analyst' | 'outsider';
export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Json;
}

/** A line through one column: `1 + 2 * miles`, with a signature that says more than it needs. */
const MLMODEL = `
flavors:
  lakescope_local:
    data: model.json
signature:
  inputs: '[{"type":"double","name":"miles"},{"type":"long","name":"id","required":false},{"type":"string","name":"carrier","required":false}]'
  outputs: '[{"type":"double"}]'
`;
const LINE = {
  format: 'lakescope_local',
  format_version: 1,
  kind: 'linear_regression',
  features: [{ column: 'miles', as: 'number', missing: 0 }],
  intercept: 1,
  coefficients: [2],
};

/** Model serving behind a real port, on a workspace with a chat (`chat`) and a model of its own (`line`). The analyst may ask both. */
export class ServingApp {
  private constructor(
    readonly stack: LocalStack,
    private readonly http: HttpApp,
  ) {}

  static async start(limits: Partial<ServingLimits> = {}, held: Partial<HistoryLimits> = {}): Promise<ServingApp> {
    const stack = await LocalStack.start({
      database: false,
      servingDeployMilliseconds: 1,
      servingTokenMilliseconds: 1,
      servingWakeMilliseconds: 300,
    });
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config()),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([AuditEntry, UserPreference], migrations),
        ServingModule.with(new ServingLimits(limits)),
      ],
      identify: callerOf,
      configure: (nest) => {
        Object.assign(nest.get(HistoryLimits, { strict: false }), held);
        useStreamedBodies(nest.getHttpAdapter().getInstance() as unknown as FastifyInstance);
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
    const app = new ServingApp(stack, http);
    const { workspace } = stack;
    await workspace.createServingEndpoint(
      { name: 'chat', config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] } },
      { CAN_QUERY: ['analyst'] },
    );
    await workspace.createCatalog('ml');
    await workspace.createSchema('ml', 'models');
    await app.givenModel('line', { CAN_QUERY: ['analyst'], CAN_VIEW: ['engineer'] });
    return app;
  }

  /** An endpoint `agent` that the analyst may ask. */
  givenAgent(): Promise<unknown> {
    const agent = { foundation_model: { name: 'system.ai.lakescope-local-agent' } };
    return this.stack.workspace.createServingEndpoint(
      { name: 'agent', config: { served_entities: [agent] } },
      { CAN_QUERY: ['analyst'] },
    );
  }

  /** A model of the workspace and an endpoint of the same name. */
  async givenModel(
    name: string,
    access: Parameters<LocalStack['workspace']['createServingEndpoint']>[1] = { CAN_QUERY: ['analyst'] },
    entity: object = {},
  ): Promise<void> {
    const { workspace } = this.stack;
    const fullName = `ml.models.${name.replace(/\W/g, '_')}`;
    const { version, directory } = await workspace.createModelVersion(fullName);
    await writeFile(join(directory, 'MLmodel'), MLMODEL);
    await writeFile(join(directory, 'model.json'), JSON.stringify(LINE));
    await workspace.createServingEndpoint(
      {
        name,
        config: {
          served_entities: [{ name: `${name}-1`, entity_name: fullName, entity_version: String(version), ...entity }],
        },
      },
      access,
    );
  }

  async ask(persona: Persona, path: string, json?: unknown, init: RequestInit = {}): Promise<Answer> {
    const answer = await this.open(
      persona,
      path,
      json === undefined ? init : { ...init, method: 'POST', body: JSON.stringify(json) },
    );
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, headers: answer.headers, text, body: isJson ? (JSON.parse(text) as Json) : {} };
  }

  /** The answer before its body was read; a body is sent as JSON. */
  async open(persona: Persona, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (init.body !== undefined) headers.set('content-type', headers.get('content-type') ?? 'application/json');
    return this.http.fetch(`/serving${path}`, await this.stack.token(persona), { ...init, headers });
  }

  /** Begins to send a body of so many bytes, and stops after the first of them. Answers how to leave. */
  async sendSlowly(persona: Persona, path: string, bytes: number): Promise<() => void> {
    const leaving = new AbortController();
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (controller.desiredSize !== 0) begun();
      },
      start: (controller) => controller.enqueue(Buffer.from('{')),
    });
    const headers = { 'content-type': 'application/json', 'content-length': String(bytes) };
    const init = { method: 'POST', body, duplex: 'half', headers, signal: leaving.signal } as RequestInit;
    void this.http.fetch(`/serving${path}`, await this.stack.token(persona), init).catch(() => undefined);
    await hasBegun;
    return () => leaving.abort();
  }

  get<T>(type: Type<T>): T {
    return this.http.nest.get(type, { strict: false });
  }

  async caller(persona: Persona): Promise<UserCaller> {
    return callerOf(this.stack.workspace.personas[persona].userName, await this.stack.token(persona));
  }

  /** Requests that reached models, oldest first. */
  get asked(): readonly string[] {
    return this.stack.workspace.requestLog
      .entries()
      .map(({ method, path }) => `${method} ${path}`)
      .filter((line) => line.includes('/invocations'));
  }

  async stop(): Promise<void> {
    await this.http.stop();
    await this.stack.stop();
  }
}

function callerOf(userId: string, token: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token));
}
