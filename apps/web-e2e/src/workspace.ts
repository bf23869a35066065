export interface Endpoints {
  readonly app: string;
  readonly api: string;
  readonly workspace: string;
  readonly warehouse_id: string;
  readonly postgres: { readonly host: string; readonly port: number; readonly database: string };
  readonly s3: {
    readonly endpoint: string;
    readonly region: string;
    readonly access_key_id: string;
    readonly secret_access_key: string;
  };
  readonly service_principal: { readonly client_id: string; readonly client_secret: string };
  readonly personas: Readonly<Record<string, { readonly user_name: string; readonly token: string }>>;
}

/** One of the local workspaces that the suite started. */
export interface Workspace {
  /** A PEM file: who vouches for its Lakebase gateway. */
  readonly certificateAuthority: string;
  /** Its own `endpoints.json`. */
  readonly endpoints: Endpoints;
}

/** The variable by which the suite's set-up hands its workspaces to the runner's processes: a JSON array of `Workspace`. */
export const WORKSPACES = 'LAKESCOPE_E2E_WORKSPACES';

/** The local workspace of this process of the runner: journeys that change its state meet nobody else there. */
export function workspace(): Workspace {
  const all = JSON.parse(process.env[WORKSPACES] ?? '[]') as Workspace[];
  const mine = all[Number(process.env['TEST_PARALLEL_INDEX'])];
  if (!mine) throw new Error('The suite runs against a local workspace: use `npm run e2e`');
  return mine;
}

export function endpoints(): Endpoints {
  return workspace().endpoints;
}

/** What the local workspace's fault API takes. */
export interface Fault {
  readonly method?: string;
  readonly pathPrefix: string;
  readonly status?: number;
  readonly body?: unknown;
  readonly delayMs?: number;
  readonly times?: number;
  readonly cut?: 'connection' | 'body';
  /** What happens to the stream of a language model after so many of its events. */
  readonly stream?: 'error' | 'stall' | 'cut';
  readonly afterEvents?: number;
}
