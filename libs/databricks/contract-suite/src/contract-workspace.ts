import { startLocalWorkspace } from './local-contract-workspace';
import { realWorkspaceOf } from './real-contract-workspace';

/** What only some workspaces can give, because it takes credentials of their own. */
export type Offer =
  | 'app'
  | 'outsider'
  | 'narrow-token'
  | 'database'
  | 'endpoint'
  | 'expired-password'
  | 'model'
  | 'chat'
  | 'stream-faults';

/** How to log into the database behind a Lakebase resource. */
export interface ContractDatabase {
  /** Name of a Provisioned instance. */
  readonly instance: string;
  /** Autoscaling resource name, `projects/p/branches/b/endpoints/e`. */
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** PEM of the authority behind the server's certificate; undefined: the ones of this machine. */
  readonly ca: string | undefined;
  /** A password that was good once. */
  readonly expiredPassword: string;
}

/** Serving endpoints that are ready. */
export interface ContractServing {
  /** Of a custom model whose signature has the column `x`, a required double, and no other that is required. */
  readonly model: string;
  /** Of a language model of the task `llm/v1/chat`. */
  readonly chat: string;
  /** The next stream of the chat endpoint fails after its first events. */
  failNextStream(): void;
}

/** A workspace the suite talks to. All of it is a credential or leads to one: never print it. */
export interface ContractWorkspace {
  readonly host: string;
  /** Personal access token of somebody who may create volumes in the schema and run SQL. */
  readonly token: string;
  readonly app: { readonly clientId: string; readonly clientSecret: string };
  /** Token of somebody who may not use the schema. */
  readonly outsider: string;
  /** OAuth token of somebody who may, but without the scope `sql`. */
  readonly narrowToken: string;
  readonly warehouseId: string;
  /** So many rows of a kilobyte are at least three chunks of a result here. */
  readonly rowsOfThreeChunks: number;
  readonly catalog: string;
  readonly schema: string;
  readonly database: ContractDatabase;
  readonly serving: ContractServing;
  close(): Promise<void>;
}

/** What takes a while to start, so that it is there only where it is asked for. */
export interface StartOptions {
  readonly withDatabase?: boolean;
  readonly withServing?: boolean;
}

export interface ContractTarget {
  readonly name: string;
  readonly offers: ReadonlySet<Offer>;
  start(options?: StartOptions): Promise<ContractWorkspace>;
}

/** The local workspace always, and a real one when the environment names it. */
export function contractTargets(environment: Readonly<Record<string, string | undefined>>): ContractTarget[] {
  const local: ContractTarget = {
    name: 'the local workspace',
    offers: new Set<Offer>([
      'app',
      'outsider',
      'narrow-token',
      'database',
      'endpoint',
      'expired-password',
      'model',
      'chat',
      'stream-faults',
    ]),
    start: (options = {}) => startLocalWorkspace(options),
  };
  const real = realWorkspaceOf(environment);
  return real === undefined ? [local] : [local, real];
}
