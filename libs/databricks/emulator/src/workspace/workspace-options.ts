import type { AppLimits } from '../apps/app-limits';
import type { ServingTimes } from '../serving/start-serving';
import type { SqlTimes } from '../sql/start-sql';

/** How to start a local workspace. */
export interface WorkspaceOptions extends SqlTimes, ServingTimes {
  /** Everything the workspace keeps lives below this folder; it is created when missing. */
  stateDirectory: string;
  /** 0 asks for any free port. The workspace listens on loopback only. */
  port: number;
  /** Port of the S3 endpoint; default: any free one. */
  s3Port?: number;
  /** Folders shown read-only as `/Volumes/lakescope/mounts/<name>`. */
  mounts?: Readonly<Record<string, string>>;
  /** Lifetime of OAuth access tokens; the platform's is an hour. */
  tokenLifetimeSeconds?: number;
  /** Lifetime of database credentials; the platform's is an hour. */
  databaseCredentialLifetimeSeconds?: number;
  /** How long making or changing a database takes; clients see the states in between. */
  controlPlaneMilliseconds?: number;
  /** How long an Autoscaling endpoint that sleeps takes to wake when somebody connects. */
  endpointWakeMilliseconds?: number;
  /** Where deployed apps find programs (`PATH`) and npm its registry; without it there is only Node. */
  environment?: Readonly<NodeJS.ProcessEnv>;
  /** What deployed apps are allowed, where it is not what the platform allows. */
  appLimits?: Partial<AppLimits>;
  /** Major version of the Postgres behind the gateway, as the instance says it. */
  postgresVersion?: number;
  /** How many requests the request log remembers. */
  requestLogSize?: number;
}

/** What a new catalog, schema or volume may say about itself. */
export interface SecurableOptions {
  comment?: string;
  /**
   * User names, client ids or groups who may use it and read what is in it. Default for a catalog: admins, engineers,
   * analysts; for what lies in a catalog: nobody more than may use its parent.
   */
  readers?: readonly string[];
}
