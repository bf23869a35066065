import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
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
import { HttpApp, type LocalStack } from '@lakescope/server-testing';
import type { FastifyInstance } from 'fastify';
import { UnityCatalogModule } from '../unity-catalog.module';

export type Persona = 'admin' | 'engineer' | 'analyst' | 'outsider';
export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

export type Ask = RequestInit & { json?: unknown; token?: string };

/** The catalog, its settings and documents behind a real port; with a database when the stack has one. */
export class UnityCatalogApp {
  private constructor(
    private readonly stack: LocalStack,
    private readonly http: HttpApp,
  ) {}

  static async start(
    stack: LocalStack,
    overrides: Record<string, string | undefined> = {},
    database = true,
  ): Promise<UnityCatalogApp> {
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(overrides)),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([UserPreference], migrations),
        UnityCatalogModule,
      ],
      identify: (userId, token) => caller(stack, userId, token),
      configure: (nest) => {
        useStreamedBodies(nest.getHttpAdapter().getInstance() as unknown as FastifyInstance);
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
    if (database) await http.nest.get(DatabaseStartup).run();
    return new UnityCatalogApp(stack, http);
  }

  get url(): string {
    return this.http.url;
  }

  async ask(persona: Persona, path: string, { token, ...init }: Ask = {}): Promise<Answer> {
    const answer = await this.http.fetch(path, token ?? (await this.stack.token(persona)), init);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Json) };
  }

  /** Past every wall between people. */
  sql<Row>(statement: string, values: unknown[] = []): Promise<Row[]> {
    return this.http.nest.get(Database).asSystem((tx) => tx.query(statement, values));
  }

  stop(): Promise<void> {
    return this.http.stop();
  }
}

function caller({ workspace }: LocalStack, userId: string, token: string): UserCaller {
  const persona = Object.values(workspace.personas).find(({ userName }) => userName === userId);
  const groups = persona?.groups ?? [];
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups }, new Secret(token));
}
