import type { IncomingMessage } from 'node:http';
import { ProxyRefusal, type ForwardedIdentity } from '../apps-proxy/forwarded-identity';
import type { LocalWorkspace } from '../workspace/local-workspace';

/** Whether somebody may read a log at this moment. */
export type LogVerdict = 'allowed' | 'unauthorized' | 'forbidden';

export interface LogReadersParts {
  readonly appName: string;
  readonly workspace: Pick<LocalWorkspace, 'verify' | 'isAllowed'>;
  /** The front door's own: by a bearer token, else as the persona of the browser. */
  readonly identityOf: (request: IncomingMessage) => Promise<ForwardedIdentity>;
}

/**
 * Who may read the log of an app: whoever may manage it. The platform does not document the level it asks for; a log may
 * hold what its users do, so here it is the one that also opens the app's settings.
 */
export class LogReaders {
  constructor(private readonly parts: LogReadersParts) {}

  /** Asked again while somebody reads: tokens end, and rights are taken away. */
  async verdict(request: IncomingMessage): Promise<LogVerdict> {
    const { appName, workspace, identityOf } = this.parts;
    const identity = await identityOf(request).catch((error: unknown) => {
      if (error instanceof ProxyRefusal) return undefined;
      throw error;
    });
    // A persona's token goes on being forwarded after it was revoked on purpose, so it is looked at here.
    if (identity === undefined || (await workspace.verify(identity.accessToken)) === undefined) return 'unauthorized';
    const allowed = workspace.isAllowed(identity.email, { type: 'apps', id: appName }, 'CAN_MANAGE');
    return allowed ? 'allowed' : 'forbidden';
  }
}
