import { Secret } from '@lakescope/databricks-client';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { AuditEntry } from '@lakescope/server-audit';
import { S3Connection } from '@lakescope/server-s3';
import { migrations } from '@lakescope/migrations';
import { HttpApp, LocalStack, type LocalStackOptions } from '@lakescope/server-testing';
import { DeltaModule } from '../delta.module';

export type Persona = 'analyst' | 'engineer' | 'outsider';
export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  body: Json;
}

/** The inspector behind HTTP, on a workspace of its own. */
export class InspectorApp {
  private constructor(
    readonly stack: LocalStack,
    private readonly app: HttpApp,
  ) {}

  static async start(options: LocalStackOptions = {}): Promise<InspectorApp> {
    const stack = await LocalStack.start({ database: false, ...options });
    const app = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config()),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([AuditEntry, S3Connection], migrations),
        DeltaModule,
      ],
      identify: (userId, token) =>
        new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
      configure: (nest) => {
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
    if (options.database === true) await app.nest.get(DatabaseStartup).run();
    return new InspectorApp(stack, app);
  }

  /** `view` below /delta/tables, e.g. `/detail`. */
  post(view: string, json: Json, persona: Persona = 'analyst', token?: string): Promise<Answer> {
    return this.ask(view, persona, { method: 'POST', json }, token);
  }

  get(link: string): Promise<Answer> {
    return this.ask(link, 'analyst', {});
  }

  /** `path` below the API's base. */
  request(persona: Persona, path: string, init: RequestInit & { json?: unknown }): Promise<Answer> {
    return this.answered(path, persona, init);
  }

  /** The answer as it comes, for what is no JSON. */
  async open(view: string, json: Json, persona: Persona = 'analyst', init: RequestInit = {}): Promise<Response> {
    const token = await this.stack.token(persona);
    return this.app.fetch(`/delta/tables${view}`, token, { ...init, method: 'POST', json });
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await this.stack.stop();
  }

  private ask(path: string, persona: Persona, init: RequestInit & { json?: unknown }, token?: string): Promise<Answer> {
    return this.answered(`/delta/tables${path}`, persona, init, token);
  }

  private async answered(
    path: string,
    persona: Persona,
    init: RequestInit & { json?: unknown },
    token?: string,
  ): Promise<Answer> {
    const answer = await this.app.fetch(path, token ?? (await this.stack.token(persona)), init);
    return { status: answer.status, body: (await answer.json()) as Json };
  }
}

export function volume(path: string): Json {
  return { kind: 'volume', path };
}
