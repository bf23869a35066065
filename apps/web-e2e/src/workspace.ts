export interface Endpoints {
  readonly app: string;
  readonly api: string;
  readonly workspace: string;
  readonly postgres: { readonly host: string; readonly port: number; readonly database: string };
  readonly service_principal: { readonly client_id: string; readonly client_secret: string };
  readonly personas: Readonly<Record<string, { readonly user_name: string; readonly token: string }>>;
}

/** Where the local workspace of this run listens, as its own `endpoints.json` says. */
export function endpoints(): Endpoints {
  const text = process.env['LAKESCOPE_ENDPOINTS'];
  if (!text) throw new Error('The suite runs against a local workspace: use `npm run e2e`');
  return JSON.parse(text) as Endpoints;
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
}
