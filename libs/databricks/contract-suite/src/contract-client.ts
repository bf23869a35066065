import type { ExecuteStatementRequest, StatementResponse, StatementResult } from '@lakescope/databricks-wire';

/** How a workspace refused: what both clients let their callers know. */
export interface Refused {
  readonly status: number | undefined;
  readonly code: string | undefined;
}

export interface ContentPart {
  readonly bytes: Uint8Array;
  /** Of the answer; a client that does not tell says undefined. */
  readonly status: number | undefined;
}

/** Each form of a request to a custom model. */
export interface ModelRequest {
  readonly dataframe_split?: { readonly columns: string[]; readonly data: unknown[][] };
  readonly dataframe_records?: Readonly<Record<string, unknown>>[];
  readonly instances?: unknown[];
  readonly inputs?: unknown;
}

/** What the suite asks of any client of the platform. Every call throws the client's own error. */
export interface ContractClient {
  /** The user name, or the client id of an app. */
  me(): Promise<string>;
  /** All pages, each of at most so many; 0 lets the server decide. */
  catalogs(maxResults: number): Promise<string[]>;
  schemas(catalog: string, maxResults: number): Promise<string[]>;
  volumes(catalog: string, schema: string, maxResults: number): Promise<string[]>;
  createVolume(catalog: string, schema: string, name: string): Promise<void>;
  /** Names of its columns. */
  columnsOf(fullName: string): Promise<string[]>;

  sizeOf(path: string): Promise<number>;
  read(path: string, range?: { offset: number; length: number }): Promise<ContentPart>;
  write(path: string, content: Uint8Array, overwrite: boolean): Promise<void>;
  names(directory: string): Promise<string[]>;
  createDirectory(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;

  execute(request: ExecuteStatementRequest): Promise<StatementResponse>;
  statement(id: string): Promise<StatementResponse>;
  chunk(id: string, index: number): Promise<StatementResult>;

  /** Predictions of a serving endpoint; the request is one of MLflow's forms. */
  predict(endpoint: string, request: ModelRequest): Promise<unknown>;
  /** The OpenAPI document of an endpoint of custom models. */
  openApi(endpoint: string): Promise<unknown>;

  /** For a Provisioned instance. */
  databasePassword(instance: string): Promise<{ password: string; expiresAt: Date }>;

  /** What the error of a call says; undefined when it is none of this client. */
  refusalOf(error: unknown): Refused | undefined;
  close(): Promise<void>;
}

/** How the act was refused. Throws when it was not, or failed in another way. */
export async function refused(client: ContractClient, act: Promise<unknown>): Promise<Refused> {
  try {
    await act;
  } catch (error) {
    const refusal = client.refusalOf(error);
    if (refusal === undefined) throw error;
    return refusal;
  }
  throw new Error('It was not refused');
}
