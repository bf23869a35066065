import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack, type LocalStackOptions } from '@lakescope/server-testing';
import type { Type } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { InferenceLog, type InferenceRecord } from '../../inference-log';
import { HistoryLimits } from '../history-limits';
import { ServingLimits } from '../../limits';
import { ServingModule } from '../../serving.module';

export type Persona = 'analyst' | 'engineer' | 'admin';
export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Json;
}

/** What tests ask of a replica besides HTTP. */
export interface ReplicaOptions {
  limits?: Partial<HistoryLimits>;
  env?: Record<string, string | undefined>;
}

/** One replica of the history behind a real port. Several may stand on one stack. */
export class HistoryReplica {
  private constructor(
    private readonly stack: LocalStack,
    private readonly http: HttpApp,
  ) {}

  static async start(stack: LocalStack, { limits = {}, env = {} }: ReplicaOptions = {}): Promise<HistoryReplica> {
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(env)),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([AuditEntry, UserPreference], migrations),
        ServingModule.with(new ServingLimits()),
      ],
      identify: callerOf,
      configure: (nest) => {
        Object.assign(nest.get(HistoryLimits, { strict: false }), limits);
        useStreamedBodies(nest.getHttpAdapter().getInstance() as unknown as FastifyInstance);
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
    await http.nest.get(DatabaseStartup).run();
    return new HistoryReplica(stack, http);
  }

  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T {
    return this.http.nest.get(type as Type<T>, { strict: false });
  }

  async ask(persona: Persona, path: string, init: RequestInit & { json?: unknown } = {}): Promise<Answer> {
    const answer = await this.http.fetch(path, await this.stack.token(persona), init);
    const text = await answer.text();
    const { status, headers } = answer;
    return { status, headers, text, body: text === '' ? {} : (JSON.parse(text) as Json) };
  }

  /** Asks the chat endpoint; `asked` is added to the body. */
  chat(persona: Persona, asked: Json = {}, content = 'Hello'): Promise<Answer> {
    const json = { inputs: { messages: [{ role: 'user', content }] }, ...asked };
    return this.ask(persona, '/serving/endpoints/chat/invocations', { method: 'POST', json });
  }

  /** Begins an invocation that is answered later; answers its id. */
  async later(persona: Persona, content = 'Hello'): Promise<string> {
    const { status, body } = await this.chat(persona, { async: true }, content);
    if (status !== 202) throw new Error(`The invocation was not begun: ${JSON.stringify(body)}`);
    return String(body['request_id']);
  }

  /** How an invocation stands once it does as asked. */
  async until(persona: Persona, requestId: string, isAsAsked: (body: Json) => boolean): Promise<Answer> {
    for (;;) {
      const answer = await this.ask(persona, `/serving/invocations/${requestId}`);
      if (isAsAsked(answer.body)) return answer;
      await sleep(20);
    }
  }

  /** How it ended. */
  ended(persona: Persona, requestId: string): Promise<Answer> {
    return this.until(persona, requestId, ({ status }) => status !== 'PENDING' && status !== 'RUNNING');
  }

  /** The items of a list. */
  async items(persona: Persona, path = '/serving/logs'): Promise<Json[]> {
    return (await this.ask(persona, path)).body['items'] as Json[];
  }

  async caller(persona: Persona): Promise<UserCaller> {
    const token = await this.stack.token(persona);
    return callerOf(this.stack.workspace.personas[persona].userName, token);
  }

  /** Notes an invocation as if a model had just answered it; answers its id. */
  async note(persona: Persona, inference: Partial<InferenceRecord> = {}): Promise<string> {
    const record = inferenceOf(inference);
    this.get(InferenceLog).record(await this.caller(persona), record);
    return record.requestId;
  }

  /** As the app's book-keeping, past everybody's wall. */
  sql<T = Json>(statement: string, parameters: unknown[] = []): Promise<T[]> {
    return this.get(Database).asSystem((tx) => tx.query(statement, parameters) as Promise<T[]>);
  }

  stop(): Promise<void> {
    return this.http.stop();
  }
}

export function inferenceOf(inference: Partial<InferenceRecord> = {}): InferenceRecord {
  return {
    requestId: randomUUID(),
    endpointName: 'flight-delay',
    servedEntity: 'flight-delay-2',
    inputs: Buffer.from('{"dataframe_records":[{"distance":950}]}'),
    predictions: Buffer.from('[12.5]'),
    status: 'SUCCESS',
    executionTimeMs: 41.7,
    errorMessage: undefined,
    tokens: undefined,
    createdAt: new Date(),
    completedAt: new Date(),
    correlationId: 'correlation-1',
    ...inference,
  };
}

function callerOf(userId: string, token: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token));
}

export const INVOCATIONS = '/serving-endpoints/chat/invocations';

/** A workspace with an endpoint `chat` that the analyst and the engineer may ask. */
export async function stackWithChat(options: LocalStackOptions = {}): Promise<LocalStack> {
  const stack = await LocalStack.start({ servingDeployMilliseconds: 1, servingTokenMilliseconds: 1, ...options });
  await stack.workspace.createServingEndpoint(
    { name: 'chat', config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] } },
    { CAN_QUERY: ['analyst', 'engineer'] },
  );
  return stack;
}
