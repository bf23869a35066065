import type { PostgresFaults } from '../lakebase-gateway/postgres-faults';
import type { LocalWorkspace } from '../workspace/local-workspace';
import type { ExchangeLimits } from './exchange';
import { ForwardedIdentities, type SignedInWorkspace } from './forwarded-identity';
import { openFrontDoor, type FrontDoor } from './front-door';
import { LocalPages, type ShownWorkspace } from './local-pages';
import { PersonaSessions } from './persona-sessions';

export interface AppsProxyOptions extends Partial<ExchangeLimits> {
  /** 0: any free port. */
  readonly port: number;
  /** Where the app listens. */
  readonly target: URL;
  readonly workspace: SignedInWorkspace & ShownWorkspace & Pick<LocalWorkspace, 'app' | 'issueUserToken' | 'revoke'>;
  /** What `/.local` can do to the database. */
  readonly postgresFaults?: PostgresFaults;
  readonly now?: () => number;
}

/** The platform's front door of an app, where whoever comes is signed in as a persona of the local workspace. */
export function startAppsProxy(options: AppsProxyOptions): Promise<FrontDoor> {
  const { workspace, postgresFaults, now, ...door } = options;
  const sessions = new PersonaSessions(workspace, now);
  const identities = new ForwardedIdentities(workspace, sessions);
  const pages = new LocalPages({ workspace, identities, sessions, postgresFaults });
  return openFrontDoor({ ...door, identityOf: (request) => identities.of(request), pages });
}
