/** What the platform allows an app, and how long things take. Times in milliseconds. */
export interface AppLimits {
  /** From its start until it answers its first request. */
  readonly readyMilliseconds: number;
  /** Between SIGTERM and SIGKILL. */
  readonly stopMilliseconds: number;
  /** For everything that npm does before the start. */
  readonly installMilliseconds: number;
  /** How long an app that crashed waits for its next start; each crash in a row doubles it. */
  readonly restartFirstMilliseconds: number;
  readonly restartLongestMilliseconds: number;
  /** Of a file of the source, in bytes. */
  readonly largestFileBytes: number;
  /** In the workspace, with the app of `npm start`. */
  readonly mostApps: number;
  /** Deployments that are remembered of an app. */
  readonly mostDeployments: number;
}

/** The platform's numbers where they are known: 15 s to stop, 10 MB a file, 100 apps. */
export const APP_LIMITS: AppLimits = {
  readyMilliseconds: 60_000,
  stopMilliseconds: 15_000,
  installMilliseconds: 600_000,
  restartFirstMilliseconds: 1_000,
  restartLongestMilliseconds: 60_000,
  largestFileBytes: 10 * 1024 * 1024,
  mostApps: 100,
  mostDeployments: 50,
};
