import type { TargetOptions } from '../targets/target-options';

/** What the command line says about a deployment. */
export interface DeployOptions extends TargetOptions {
  readonly json: boolean;
  /** False: through the REST API although the Databricks CLI is there. */
  readonly cli: boolean;
  /** A folder that was staged before, in place of a build. */
  readonly staged?: string;
  /** A folder of the workspace that was deployed before, in place of everything. */
  readonly source?: string;
  /** The Lakebase instance, in place of the one that databricks.yml or the shell names: also for an app that has another one. */
  readonly instance?: string;
  readonly webhook?: string;
  /** Seconds the platform has for the deployment. */
  readonly timeout: number;
  /** Seconds the app has to become ready after that. */
  readonly ready: number;
}
