import { randomUUID } from 'node:crypto';
import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { AuditEntry } from '@lakescope/server-audit';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { UserPreference } from '@lakescope/server-lakebase';
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, type LocalStack } from '@lakescope/server-testing';
import type { Type } from '@nestjs/common';
import { InferenceLog, type InferenceRecord } from '../../inference-log';
import { HistoryLimits } from '../history-limits';
import { HistoryModule } from '../history.module';

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
        HistoryModule,
      ],
      identify: callerOf,
      configure: (nest) => {
        Object.assign(nest.get(HistoryLimits, { strict: false }), limits);
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
