import { LOCAL_TARGET } from '../bundle';
import type { TokenSource } from './token-source';

/** `dev` and `prod` are targets of databricks.yml in a workspace; `local` is the workspace that `npm start` runs. */
export const TARGETS = ['dev', 'prod', LOCAL_TARGET] as const;
export type TargetName = (typeof TARGETS)[number];

/** What the options of a command say about where it acts. */
export interface TargetOptions {
  readonly target: TargetName;
  /** State folder of `npm start`, for `local`. */
  readonly state: string;
  /** Another app than the one databricks.yml names. */
  readonly app?: string;
  /** As whom: a profile of the Databricks CLI, or a persona of the local workspace. */
  readonly as?: string;
  /** File with the settings of this machine, for `dev` and `prod`. */
  readonly settings: string;
}

/** Which workspace, and with whose token. */
export interface SignIn {
  readonly workspace: URL;
  readonly tokens: TokenSource;
}
