import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { AuditEntry } from '@lakescope/server-audit';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack, subjectOf } from '@lakescope/server-testing';
import { S3Connection } from '../connections/s3-connection.entity';
import { S3Module } from '../s3.module';

export type Persona = 'analyst' | 'engineer';
export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Json;
}

/** S3 connections behind a real port, on a workspace whose S3 endpoint is the storage. */
export class S3App {
  private constructor(
    readonly stack: LocalStack,
    private readonly http: HttpApp,
    private readonly ownsStack: boolean,
  ) {}

  /** With a stack of its own unless one is given. */
  static async start(overrides: Record<string, string | undefined> = {}, given?: LocalStack): Promise<S3App> {
    const stack = given ?? (await LocalStack.start());
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(overrides)),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([AuditEntry, S3Connection], migrations),
        S3Module,
      ],
      identify: (userId, token) =>
        new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
      configure: (nest) => {
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
    await http.nest.get(DatabaseStartup).run();
    return new S3App(stack, http, given === undefined);
  }

  async ask(
    persona: Persona,
    method: string,
    path: string,
    json?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const token = await this.stack.token(persona);
    const answer = await this.http.fetch(`/s3${path}`, token, {
      method,
      headers,
      ...(json === undefined ? {} : { json }),
    });
    const text = await answer.text();
    const body = text === '' ? {} : (JSON.parse(text) as Json);
    return { status: answer.status, headers: answer.headers, text, body };
  }

  /** What makes a connection to the workspace's own S3 endpoint, with keys that may do everything. */
  get rootConnection(): Json & { name: string; access_key_id: string; secret_access_key: string } {
    const { url, rootKeys } = this.stack.workspace.s3;
    return {
      name: 'Lake',
      endpoint: url,
      access_key_id: rootKeys.accessKeyId,
      secret_access_key: rootKeys.secretAccessKey,
    };
  }

  /** As rows and configuration name the person. */
  async userId(persona: Persona): Promise<string> {
    return subjectOf(await this.stack.token(persona));
  }

  /** Makes a connection; answers its id. */
  async connect(persona: Persona, fields: Json = {}): Promise<string> {
    const { status, body } = await this.ask(persona, 'POST', '/connections', { ...this.rootConnection, ...fields });
    if (status !== 201) throw new Error(`No connection: ${JSON.stringify(body)}`);
    return String(body['id']);
  }

  /** Puts objects into a bucket, which is made. */
  async given(bucket: string, objects: Readonly<Record<string, string>>): Promise<void> {
    const { url, region, rootKeys } = this.stack.workspace.s3;
    const client = new S3Client({ endpoint: url, region, forcePathStyle: true, credentials: rootKeys });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const [Key, Body] of Object.entries(objects)) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(Body) }));
    }
    client.destroy();
  }

  get database(): Database {
    return this.http.nest.get(Database);
  }

  get<T>(part: new (...given: never[]) => T): T {
    return this.http.nest.get<T>(part);
  }

  /** As the app's book-keeping, past everybody's wall. */
  async sql<Row>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.database.asSystem((tx) => tx.query(statement, parameters))) as Row[];
  }

  async stop(): Promise<void> {
    await this.http.stop();
    if (this.ownsStack) await this.stack.stop();
  }
}
