import { Secret } from '@lakescope/databricks-client';
import { AuditEntry } from '@lakescope/server-audit';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, type LocalStack } from '@lakescope/server-testing';
import { migrations } from '@lakescope/migrations';
import { LakebaseModule } from '../lakebase.module';
import { UserPreference } from '../user-preference.entity';

export type Persona = 'analyst' | 'engineer';
export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

/** Preferences and the state of the database behind a real port. */
export class LakebaseApp {
  private constructor(
    private readonly stack: LocalStack,
    private readonly http: HttpApp,
  ) {}

  static async start(stack: LocalStack, overrides: Record<string, string | undefined> = {}): Promise<LakebaseApp> {
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(overrides)),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([AuditEntry, UserPreference], migrations),
        LakebaseModule,
      ],
      identify: caller,
      configure: (nest) => {
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
    await http.nest.get(DatabaseStartup).run();
    return new LakebaseApp(stack, http);
  }

  get database(): Database {
    return this.http.nest.get(Database);
  }

  async ask(persona: Persona, path: string, init: RequestInit & { json?: unknown } = {}): Promise<Answer> {
    const answer = await this.http.fetch(path, await this.stack.token(persona), init);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Json) };
  }

  put(persona: Persona, key: string, value: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const json = { preference_key: key, preference_value: value };
    return this.ask(persona, '/preferences', { method: 'PUT', headers, json });
  }

  /** As the app's book-keeping, past everybody's wall. */
  sql(statement: string, parameters: unknown[] = []): Promise<unknown> {
    return this.database.asSystem((tx) => tx.query(statement, parameters));
  }

  stop(): Promise<void> {
    return this.http.stop();
  }
}

export function caller(userId: string, token = 'unused'): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token));
}
