import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { UserPreference } from '@lakescope/server-lakebase';
import { DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, type LocalStack } from '@lakescope/server-testing';
import type { Type } from '@nestjs/common';
import { UnityCatalogModule } from '../../unity-catalog.module';
import { QueryLimits } from '../query-limits';

export type Persona = 'admin' | 'engineer' | 'analyst' | 'outsider';
export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

export type Ask = RequestInit & { json?: unknown; token?: string };

/** One replica of the API. Several may stand on one stack. */
export class Replica {
  private constructor(
    private readonly stack: LocalStack,
    private readonly http: HttpApp,
  ) {}

  static async start(
    stack: LocalStack,
    limits: ConstructorParameters<typeof QueryLimits>[0] = {},
    overrides: Record<string, string | undefined> = {},
  ): Promise<Replica> {
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(overrides)),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([UserPreference], migrations),
        UnityCatalogModule,
      ],
      identify: (userId, token) =>
        new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
      configure: (nest) => {
        Object.assign(nest.get(QueryLimits, { strict: false }), limits);
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
    await http.nest.get(DatabaseStartup).run();
    return new Replica(stack, http);
  }

  get<T>(type: Type<T>): T {
    return this.http.nest.get(type, { strict: false });
  }

  async ask(persona: Persona, path: string, init: Ask = {}): Promise<Answer> {
    const answer = await this.open(persona, path, init);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Json) };
  }

  /** The answer as it comes. */
  async open(persona: Persona, path: string, { token, ...init }: Ask = {}): Promise<Response> {
    return this.http.fetch(`/unity-catalog${path}`, token ?? (await this.stack.token(persona)), init);
  }

  /** Runs a query and waits for its end. */
  run(persona: Persona, query: Json): Promise<Answer> {
    return this.ask(persona, '/query', { method: 'POST', json: { wait_ms: 10_000, ...query } });
  }

  stop(): Promise<void> {
    return this.http.stop();
  }
}

/** SQL on the warehouse itself, past the app; throws unless it succeeds. */
export async function sql(stack: LocalStack, statement: string, persona: Persona = 'admin'): Promise<void> {
  const answer = await fetch(`${stack.workspace.url}/api/2.0/sql/statements`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await stack.token(persona)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ warehouse_id: stack.workspace.warehouseId, statement, wait_timeout: '50s' }),
  });
  const { status } = (await answer.json()) as { status?: { state: string; error?: { message: string } } };
  if (status?.state !== 'SUCCEEDED') throw new Error(`${statement.slice(0, 200)}: ${status?.error?.message}`);
}
