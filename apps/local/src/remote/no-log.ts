import { ProxyRefusal, type OwnPages } from '@lakescope/databricks-emulator';

/**
 * In place of `/logz` where nobody knows who may manage the app: says where its log is. Without it the app would answer there,
 * with a page that has no log.
 */
export class NoLog implements OwnPages {
  /** `logFile`: where the app's process writes. */
  constructor(private readonly logFile: string) {}

  owns(path: string): boolean {
    return path === '/logz' || path.startsWith('/logz/');
  }

  answer(): Promise<void> {
    return Promise.reject(
      new ProxyRefusal(
        404,
        `With --workspace the app is a process of this machine, which no workspace keeps a log of, so there is no /logz: read ${this.logFile}. The log of a deployed app: npx lakescope logs --target dev or prod.`,
      ),
    );
  }
}
