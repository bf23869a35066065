import { StandaloneWorkspace } from './standalone-workspace';

/** How to start a local workspace. */
export interface LocalWorkspaceOptions {
  /** Where everything is kept between starts; left out, a temporary folder that is deleted at the end. */
  readonly stateDirectory?: string;
  /** First of three ports in a row: REST, database, S3. 0, which is the default, takes any that are free. */
  readonly basePort?: number;
  /** Default true: a catalog `demo` with Delta tables, files, models and change data, which takes some seconds to make. */
  readonly demo?: boolean;
  /** Folders of this machine, shown read-only as `/Volumes/lakescope/mounts/<name>`. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Is told what happens, a line at a time. */
  readonly say?: (line: string) => void;
}

/** Where everything of a running workspace is. It holds credentials: never log it. */
export interface LocalWorkspaceEndpoints {
  /** Base URL of the REST API: `DATABRICKS_HOST` of official clients. */
  readonly workspace: string;
  /** Lakebase: TLS with a certificate of `ca_file`, and passwords from `POST /api/2.0/database/credentials`. */
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly ca_file: string;
  };
  /** Object storage that speaks S3, with its root keys. */
  readonly s3: {
    readonly endpoint: string;
    readonly region: string;
    readonly access_key_id: string;
    readonly secret_access_key: string;
  };
  /** The SQL warehouse the workspace is made with. */
  readonly warehouse_id: string;
  /** The service principal of the app `lakescope`, for tokens by client credentials. */
  readonly service_principal: { readonly client_id: string; readonly client_secret: string };
  /** `admin`, `engineer`, `analyst` and `outsider`, each with a personal access token. */
  readonly personas: Readonly<Record<string, { readonly user_name: string; readonly token: string }>>;
}

/** A workspace that runs until it is closed. */
export interface RunningLocalWorkspace {
  readonly endpoints: LocalWorkspaceEndpoints;
  /** Stops the workspace, its database and its S3 endpoint. Resolves when no process is left; asking again changes nothing. */
  close(): Promise<void>;
}

/**
 * Starts a Databricks workspace on this machine: REST API, Lakebase over a real Postgres, object storage, and a demo lake. Resolves when all
 * of it answers. Rejects with a sentence for people when a port is taken, a folder cannot be used, or Postgres cannot start.
 */
export function startLocalWorkspace(options: LocalWorkspaceOptions = {}): Promise<RunningLocalWorkspace> {
  return StandaloneWorkspace.start(options);
}
