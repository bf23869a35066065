import { ApiError, ReadableStream, WorkspaceClient } from '@databricks/sdk-experimental';
import type { ExecuteStatementRequest, StatementResponse, StatementResult } from '@lakescope/databricks-wire';
import type { ContentPart, ContractClient, ModelRequest, Refused } from './contract-client';

export interface SdkCredentials {
  readonly host: string;
  readonly token?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

/** The official SDK as anybody would make it. Its TLS check is off unless it is asked for, so it is asked for. */
export function sdkWorkspaceClient(credentials: SdkCredentials): WorkspaceClient {
  return new WorkspaceClient(
    { ...credentials, authType: credentials.token === undefined ? 'oauth-m2m' : 'pat', skipVerify: false },
    { product: 'lakescope-contract', productVersion: '0.0.0' },
  );
}

/** `@databricks/sdk-experimental`, unmodified. */
export class SdkClient implements ContractClient {
  private readonly sdk: WorkspaceClient;

  constructor(credentials: SdkCredentials) {
    this.sdk = sdkWorkspaceClient(credentials);
  }

  async me(): Promise<string> {
    return (await this.sdk.currentUser.me()).userName ?? '';
  }

  catalogs(max_results: number): Promise<string[]> {
    return namesOf(this.sdk.catalogs.list({ max_results }));
  }

  schemas(catalog_name: string, max_results: number): Promise<string[]> {
    return namesOf(this.sdk.schemas.list({ catalog_name, max_results }));
  }

  volumes(catalog_name: string, schema_name: string, max_results: number): Promise<string[]> {
    return namesOf(this.sdk.volumes.list({ catalog_name, schema_name, max_results }));
  }

  async createVolume(catalog_name: string, schema_name: string, name: string): Promise<void> {
    await this.sdk.volumes.create({ catalog_name, schema_name, name, volume_type: 'MANAGED' });
  }

  async columnsOf(full_name: string): Promise<string[]> {
    return ((await this.sdk.tables.get({ full_name })).columns ?? []).map(({ name }) => name ?? '');
  }

  async sizeOf(file_path: string): Promise<number> {
    return Number((await this.sdk.files.getMetadata({ file_path }))['content-length']);
  }

  async read(path: string, range?: { offset: number; length: number }): Promise<ContentPart> {
    const headers = new Headers({ Accept: 'application/octet-stream' });
    if (range !== undefined) headers.set('Range', `bytes=${range.offset}-${range.offset + range.length - 1}`);
    // `files.download` says that it takes Range, and has no field for it.
    const answer = await this.sdk.apiClient.request({
      path: `/api/2.0/fs/files${path}`,
      method: 'GET',
      headers,
      raw: true,
    });
    return { bytes: await bytesOf((answer as { contents: ReadableStream<Uint8Array> }).contents), status: undefined };
  }

  async write(path: string, content: Uint8Array, overwrite: boolean): Promise<void> {
    // `files.upload` of 0.17.0 sends no content at all, so the call is made as it would make it, with content.
    await this.sdk.apiClient.request({
      path: `/api/2.0/fs/files${path}`,
      method: 'PUT',
      headers: new Headers({ 'Content-Type': 'application/octet-stream' }),
      raw: false,
      query: { overwrite },
      payload: new ReadableStream<Uint8Array>({
        start: (controller) => {
          controller.enqueue(content);
          controller.close();
        },
      }),
    });
  }

  async names(directory_path: string): Promise<string[]> {
    return namesOf(this.sdk.files.listDirectoryContents({ directory_path }));
  }

  async createDirectory(directory_path: string): Promise<void> {
    await this.sdk.files.createDirectory({ directory_path });
  }

  async remove(file_path: string): Promise<void> {
    await this.sdk.files.delete({ file_path });
  }

  async removeDirectory(directory_path: string): Promise<void> {
    await this.sdk.files.deleteDirectory({ directory_path });
  }

  async execute({ parameters, ...request }: ExecuteStatementRequest): Promise<StatementResponse> {
    const values = parameters?.map(({ value, ...named }) => (value == null ? named : { ...named, value }));
    const asked = { ...request, ...(values !== undefined && { parameters: values }) };
    return (await this.sdk.statementExecution.executeStatement(asked)) as StatementResponse;
  }

  async statement(statement_id: string): Promise<StatementResponse> {
    return (await this.sdk.statementExecution.getStatement({ statement_id })) as StatementResponse;
  }

  async chunk(statement_id: string, chunk_index: number): Promise<StatementResult> {
    const request = { statement_id, chunk_index };
    return (await this.sdk.statementExecution.getStatementResultChunkN(request)) as StatementResult;
  }

  async predict(name: string, request: ModelRequest): Promise<unknown> {
    return (await this.sdk.servingEndpoints.query({ name, ...request })).predictions;
  }

  async openApi(name: string): Promise<unknown> {
    const { contents } = await this.sdk.servingEndpoints.getOpenApi({ name });
    if (contents === undefined) throw new Error('There is no document');
    return JSON.parse(Buffer.from(await bytesOf(contents)).toString());
  }

  async databasePassword(instance: string): Promise<{ password: string; expiresAt: Date }> {
    const request = { instance_names: [instance], request_id: 'contract' };
    const { token = '', expiration_time } = await this.sdk.database.generateDatabaseCredential(request);
    return { password: token, expiresAt: new Date(String(expiration_time)) };
  }

  refusalOf(error: unknown): Refused | undefined {
    if (!(error instanceof ApiError)) return undefined;
    // It reads no error whose details lack `metadata`, which is what services send, and puts the body into its message.
    const body = /^Response from server \([^)]*\) (\{.*\})$/s.exec(error.message)?.[1];
    const code = body === undefined ? error.errorCode : (JSON.parse(body) as { error_code?: unknown }).error_code;
    return { status: error.statusCode, code: code === undefined ? undefined : String(code) };
  }

  close(): Promise<void> {
    // Its agent keeps connections that do not keep the process.
    return Promise.resolve();
  }
}

async function namesOf(items: AsyncIterable<{ name?: string }>): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of items) names.push(name ?? '');
  return names;
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
