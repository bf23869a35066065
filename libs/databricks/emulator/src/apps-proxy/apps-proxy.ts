import type { IncomingMessage } from 'node:http';
import { LogPages } from '../app-logs/log-pages';
import type { LogStreamLimits } from '../app-logs/log-stream';
import type { PostgresFaults } from '../lakebase-gateway/postgres-faults';
import type { LocalWorkspace } from '../workspace/local-workspace';
import type { ExchangeLimits } from './exchange';
import {
  ForwardedIdentities,
  ProxyRefusal,
  type ForwardedIdentity,
  type SignedInWorkspace,
} from './forwarded-identity';
import { openFrontDoor, type FrontDoor } from './front-door';
import { LocalPages, type ShownWorkspace } from './local-pages';
import { PersonaSessions } from './persona-sessions';
import type { Replicas } from './replica-pool';

export interface AppsProxyOptions extends Partial<ExchangeLimits> {
  /** 0: any free port. */
  readonly port: number;
  /** Where the app listens, or the processes that it runs as. */
  readonly target: URL | Replicas;
  readonly workspace: ProxiedWorkspace;
  /** What `/.local` can do to the database. */
  readonly postgresFaults?: PostgresFaults;
  /** How the app's log is streamed. */
  readonly logLimits?: Partial<LogStreamLimits>;
  readonly now?: () => number;
}

/** What of the workspace stands behind one app's front door. */
export type ProxiedWorkspace = SignedInWorkspace &
  ShownWorkspace &
  Pick<LocalWorkspace, 'app' | 'appLogs' | 'isAllowed' | 'issueUserToken' | 'revoke'>;

/** The platform's front door of an app, where whoever comes is signed in as a persona of the local workspace. */
export function startAppsProxy(options: AppsProxyOptions): Promise<FrontDoor> {
  const { workspace, postgresFaults, logLimits, now, ...door } = options;
  const sessions = new PersonaSessions(workspace, now);
  const identities = new ForwardedIdentities(workspace, sessions);
  const { app, servicePrincipal } = workspace;
  const address = { type: 'apps', id: app.name };
  const identityOf = async (request: IncomingMessage): Promise<ForwardedIdentity> => {
    const identity = await identities.of(request);
    // The name of a user or the client id of a service principal; an app may open itself, whoever else may.
    const name = identity.email;
    if (name !== servicePrincipal.clientId && !workspace.isAllowed(name, address, 'CAN_USE')) {
      throw new ProxyRefusal(403, `${name} does not have permission to open app ${app.name}.`);
    }
    return identity;
  };
  const log = workspace.appLogs.of(app.name);
  const pages = [
    new LocalPages({ workspace, identities, sessions, postgresFaults }),
    new LogPages({ app, log, workspace, identityOf, ...(logLimits === undefined ? {} : { limits: logLimits }) }),
  ];
  return openFrontDoor({ ...door, identityOf, pages });
}
