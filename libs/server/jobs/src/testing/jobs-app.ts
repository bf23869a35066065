import { setTimeout as delay } from 'node:timers/promises';
import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { AuditEntry } from '@lakescope/server-audit';
import { ConfigModule } from '@lakescope/server-config';
import {
  HttpLimits,
  HttpModule,
  ProblemFilter,
  StreamLimits,
  strictValidation,
  UserCaller,
} from '@lakescope/server-http';
import { AlertRule } from '@lakescope/server-metrics';
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { S3Connection } from '@lakescope/server-s3';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { IngestionEngine } from '../engine/ingestion-engine';
import { JobsLimits } from '../jobs-limits';
import { JobsModule } from '../jobs.module';
import { ScriptedEngine } from './scripted-engine';

export type Persona = 'admin' | 'analyst' | 'engineer';
export type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** Everybody is in it. */
export const GROUP = 'data engineers';
export const BUCKET = 'lakescope-lake';

/** One replica with ingestion jobs behind a real port; several may share a stack. */
export class JobsApp {
  private constructor(
    readonly stack: LocalStack,
    readonly http: HttpApp,
    readonly engine: ScriptedEngine,
  ) {}

  static async start(
    stack: LocalStack,
    limits: Partial<JobsLimits> = {},
    streams: Partial<StreamLimits> = {},
    environment: Readonly<Record<string, string>> = {},
  ) {
    const engine = new ScriptedEngine();
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config({ LAKESCOPE_REQUESTS_PER_SECOND: '10000', ...environment })),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([AlertRule, AuditEntry, S3Connection], migrations),
        JobsModule.with(
          new JobsLimits({ lookMs: 50, lookAtOthersMs: 100, flushMs: 20, signMs: 100, feedMs: 50, ...limits }),
          new StreamLimits(streams),
          { provide: IngestionEngine, useValue: engine },
        ),
      ],
      identify: (userId, token) =>
        new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [GROUP] }, new Secret(token)),
      configure: (nest) => {
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
    await http.nest.get(DatabaseStartup).run();
    return new JobsApp(stack, http, engine);
  }

  async ask(
    as: Persona,
    method: string,
    path: string,
    json?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.open(as, path, { method, headers, ...(json === undefined ? {} : { json }) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Json) };
  }

  async open(as: Persona, path: string, init: Parameters<HttpApp['fetch']>[2] = {}): Promise<Response> {
    return this.http.fetch(path, await this.stack.token(as), init);
  }

  /** A connection to the workspace's own storage; answers its id. */
  async connect(as: Persona, fields: Json = {}): Promise<string> {
    const { url: endpoint, rootKeys } = this.stack.workspace.s3;
    const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = rootKeys;
    const name = `Lake ${Math.random()}`;
    const keys = { name, endpoint, access_key_id, secret_access_key, ...fields };
    const { status, body } = await this.ask(as, 'POST', '/s3/connections', keys);
    if (status !== 201) throw new Error(`No connection: ${JSON.stringify(body)}`);
    return String(body['id']);
  }

  /** A job of a pair of its own; answers its id. */
  async start(as: Persona, connection: string, place: string, fields: Json = {}): Promise<string> {
    const { status, body } = await this.ask(as, 'POST', '/jobs', { ...jobRequest(connection, place), ...fields });
    if (status !== 202) throw new Error(`No job: ${JSON.stringify(body)}`);
    return String(body['job_id']);
  }

  async job(as: Persona, jobId: string): Promise<Json> {
    return (await this.ask(as, 'GET', `/jobs/${jobId}`)).body;
  }

  /** Waits until the job stands so. */
  async until(as: Persona, jobId: string, status: string): Promise<Json> {
    for (let attempt = 0; ; attempt++) {
      const job = await this.job(as, jobId);
      if (job['status'] === status) return job;
      if (attempt === 500) throw new Error(`Job ${jobId} is ${String(job['status'])} in place of ${status}`);
      await delay(20);
    }
  }

  async sql<Row>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.http.nest.get(Database).asSystem((tx) => tx.query(statement, parameters))) as Row[];
  }

  async stop(): Promise<void> {
    await this.http.stop();
  }
}

export function jobRequest(connection: string, place: string): Json {
  return {
    source: { connection_id: connection, manifest_uri: `s3://${BUCKET}/${place}/cda/manifest.json` },
    target: { connection_id: connection, uri: `s3://${BUCKET}/${place}/raw` },
  };
}
