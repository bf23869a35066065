import { readFile } from 'node:fs/promises';
import { Client, type ClientConfig } from 'pg';
import type { PersonaName } from '../identity/personas';
import { startLakebaseGateway, type LakebaseGateway } from '../lakebase-gateway/lakebase-gateway';
import { LocalCa } from '../local-ca/local-ca';
import { EmbeddedPostgres } from '../postgres/embedded-postgres';
import { templateOfTestRun } from '../postgres/template-of-test-run';
import type { LocalWorkspace } from '../workspace/local-workspace';
import type { WorkspaceOptions } from '../workspace/workspace-options';
import { ask, givenFolder, givenWorkspace } from './given-workspace';

/** A workspace with a database: Postgres, the gateway in front of it, and clients that log in as everybody does. */
export class GivenLakebase {
  private readonly clients = new Set<Client>();

  private constructor(
    readonly workspace: LocalWorkspace,
    readonly postgres: EmbeddedPostgres,
    readonly gateway: LakebaseGateway,
    private readonly ca: Buffer,
    private readonly stopWorkspace: () => Promise<void>,
  ) {}

  static async start(options: Partial<WorkspaceOptions> = {}): Promise<GivenLakebase> {
    const stateDirectory = await givenFolder();
    const { workspace, stop } = await givenWorkspace({ ...options, stateDirectory });
    const postgres = await EmbeddedPostgres.start({ stateDirectory, ephemeral: true, template: templateOfTestRun() });
    const ca = await LocalCa.load(stateDirectory);
    const gateway = await startLakebaseGateway({ port: 0, workspace, postgres, ca });
    return new GivenLakebase(workspace, postgres, gateway, await readFile(ca.caFile), stop);
  }

  /** A password for the Provisioned instance, or for the Autoscaling endpoint that is named. */
  async credential(persona: PersonaName, endpoint?: string): Promise<string> {
    const { databaseInstance, personas } = this.workspace;
    const { token } = personas[persona];
    const [path, body] =
      endpoint === undefined
        ? ['/api/2.0/database/credentials', { instance_names: [databaseInstance.name], request_id: 'given' }]
        : ['/api/2.0/postgres/credentials', { endpoint }];
    const answer = await ask(this.workspace, path, { method: 'POST', token, body: JSON.stringify(body) });
    return answer.json<{ token: string }>().token;
  }

  async logIn(user: string, password: string, overrides: ClientConfig = {}): Promise<Client> {
    const { gateway, postgres, ca } = this;
    const { database } = postgres;
    const client = new Client({
      host: 'localhost',
      port: gateway.port,
      user,
      password,
      database,
      ssl: { ca },
      ...overrides,
    });
    client.on('error', () => undefined);
    await client.connect();
    this.clients.add(client);
    // A connection that is gone never answers a goodbye.
    client.once('end', () => this.clients.delete(client));
    return client;
  }

  /** At a host of its own: the address is the gateway's, the name is the one TLS asks for and checks. */
  logInAt(host: string, user: string, password: string): Promise<Client> {
    return this.logIn(user, password, { host: '127.0.0.1', ssl: { ca: this.ca, servername: host } });
  }

  async logInAs(persona: PersonaName, overrides?: ClientConfig): Promise<Client> {
    const { userName } = this.workspace.personas[persona];
    return this.logIn(userName, await this.credential(persona), overrides);
  }

  /** Between tests. */
  async endClients(): Promise<void> {
    await Promise.all([...this.clients].map((client) => client.end()));
  }

  async stop(): Promise<void> {
    await this.gateway.close();
    await this.postgres.stop();
    await this.stopWorkspace();
  }
}
