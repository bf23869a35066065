import { DatabricksClients, PlatformError, Secret, type DatabricksClient } from '@lakescope/databricks-client';
import type { ExecuteStatementRequest, StatementResponse, StatementResult } from '@lakescope/databricks-wire';
import type { ContentPart, ContractClient, ModelRequest, Refused } from './contract-client';

const PRODUCT = { name: 'lakescope-contract', version: '0.0.0' };

/** The product's own client of the platform. */
export class OurClient implements ContractClient {
  private constructor(
    private readonly clients: DatabricksClients,
    private readonly client: DatabricksClient,
  ) {}

  static withToken(host: string, token: string): OurClient {
    const clients = new DatabricksClients({ host, product: PRODUCT });
    return new OurClient(clients, clients.asUser({ token: new Secret(token) }));
  }

  static asApp(host: string, app: { clientId: string; clientSecret: string }): OurClient {
    const credentials = { clientId: app.clientId, clientSecret: new Secret(app.clientSecret) };
    const clients = new DatabricksClients({ host, app: credentials, product: PRODUCT });
    return new OurClient(clients, clients.asApp());
  }

  async me(): Promise<string> {
    return (await this.client.currentUser.me()).userName ?? '';
  }

  catalogs(maxResults: number): Promise<string[]> {
    const { unityCatalog } = this.client;
    return allNames((pageToken) => unityCatalog.listCatalogsPage({ maxResults, ...pageToken }));
  }

  schemas(catalog: string, maxResults: number): Promise<string[]> {
    const { unityCatalog } = this.client;
    return allNames((pageToken) => unityCatalog.listSchemasPage(catalog, { maxResults, ...pageToken }));
  }

  volumes(catalog: string, schema: string, maxResults: number): Promise<string[]> {
    const { unityCatalog } = this.client;
    return allNames((pageToken) => unityCatalog.listVolumesPage(catalog, schema, { maxResults, ...pageToken }));
  }

  async createVolume(catalog: string, schema: string, name: string): Promise<void> {
    await this.client.unityCatalog.createVolume(catalog, schema, name);
  }

  async columnsOf(fullName: string): Promise<string[]> {
    return ((await this.client.unityCatalog.getTable(fullName)).columns ?? []).map(({ name }) => name ?? '');
  }

  async sizeOf(path: string): Promise<number> {
    return (await this.client.files.head(path))?.sizeBytes ?? -1;
  }

  async read(path: string, range?: { offset: number; length: number }): Promise<ContentPart> {
    const { status, body } = await this.client.files.open(path, range === undefined ? {} : { range });
    const chunks: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), status };
  }

  write(path: string, content: Uint8Array, overwrite: boolean): Promise<void> {
    return this.client.files.upload(path, content, { overwrite });
  }

  async names(directory: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.client.files.listDirectory(directory)) names.push(name ?? '');
    return names;
  }

  createDirectory(path: string): Promise<void> {
    return this.client.files.createDirectory(path);
  }

  remove(path: string): Promise<void> {
    return this.client.files.deleteFile(path);
  }

  removeDirectory(path: string): Promise<void> {
    return this.client.files.deleteDirectory(path);
  }

  execute(request: ExecuteStatementRequest): Promise<StatementResponse> {
    return this.client.statements.execute(request);
  }

  statement(id: string): Promise<StatementResponse> {
    return this.client.statements.get(id);
  }

  chunk(id: string, index: number): Promise<StatementResult> {
    return this.client.statements.chunk(id, index);
  }

  async predict(endpoint: string, request: ModelRequest): Promise<unknown> {
    const { body } = await this.client.serving.invoke(endpoint, Buffer.from(JSON.stringify(request)));
    return (JSON.parse(body.toString()) as { predictions?: unknown }).predictions;
  }

  async openApi(endpoint: string): Promise<unknown> {
    return JSON.parse(await this.client.serving.openApi(endpoint));
  }

  async databasePassword(instance: string): Promise<{ password: string; expiresAt: Date }> {
    const request = { instanceNames: [instance], requestId: 'contract' };
    const { token, expiresAt } = await this.client.database.generateCredential(request);
    return { password: token.reveal(), expiresAt };
  }

  refusalOf(error: unknown): Refused | undefined {
    return error instanceof PlatformError ? { status: error.status, code: error.errorCode } : undefined;
  }

  close(): Promise<void> {
    return this.clients.close();
  }
}

async function allNames(
  page: (token: { pageToken?: string }) => Promise<{ items: { name?: string }[]; nextPageToken: string | undefined }>,
): Promise<string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const { items, nextPageToken } = await page(token === undefined ? {} : { pageToken: token });
    names.push(...items.map(({ name }) => name ?? ''));
    token = nextPageToken;
  } while (token !== undefined && token !== '');
  return names;
}
