import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { LocalCa } from '../local-ca/local-ca';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { DatabaseRoles, type SuperuserAccess } from './database-roles';
import { GatewaySession } from './gateway-session';
import { GatewayFaults, type PostgresFaults } from './postgres-faults';

export interface LakebaseGatewayOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly workspace: Pick<LocalWorkspace, 'verify' | 'lakebase'>;
  readonly postgres: SuperuserAccess;
  readonly ca: Pick<LocalCa, 'issue'>;
  /** A client that has not logged in by then is cut off. */
  readonly loginTimeoutMilliseconds?: number;
  /** Hears of failures that are the gateway's own. */
  readonly onFailure?: (error: unknown) => void;
}

export interface LakebaseGateway {
  readonly port: number;
  readonly faults: PostgresFaults;
  /** Cuts every session, as a fail-over does, and goes on listening. */
  disconnectAll(): void;
  close(): Promise<void>;
}

const defaultLoginTimeout = 30_000;

/**
 * Lakebase's front door on this machine: TLS only, the minted token as password, checked at login. Behind it is a real
 * Postgres that nobody can reach with a token directly.
 */
export async function startLakebaseGateway(options: LakebaseGatewayOptions): Promise<LakebaseGateway> {
  const roles = new DatabaseRoles(options.postgres);
  const gateway = new ListeningGateway(options, roles, renewedContext(options.ca));
  try {
    await gateway.open();
  } catch (error) {
    await roles.close();
    throw error;
  }
  return gateway;
}

class ListeningGateway implements LakebaseGateway {
  readonly faults: GatewayFaults;
  private readonly openSessions = new Set<GatewaySession>();
  private server: Server | undefined;
  private chosenPort: number;
  private stopDropping: (() => void) | undefined;

  constructor(
    private readonly options: LakebaseGatewayOptions,
    private readonly roles: DatabaseRoles,
    private readonly secureContext: () => Promise<SecureContext>,
  ) {
    this.chosenPort = options.port;
    this.faults = new GatewayFaults({
      listen: () => this.listen(),
      stopListening: () => this.stopListening(),
      sessions: () => this.openSessions,
      terminateBackends: () => roles.endSessions(),
    });
  }

  get port(): number {
    return this.chosenPort;
  }

  async open(): Promise<void> {
    await this.secureContext();
    await this.listen();
    this.stopDropping = this.options.workspace.lakebase.whenPurged((suffix) => this.roles.dropDatabase(suffix));
  }

  disconnectAll(): void {
    this.openSessions.forEach((session) => session.destroy());
  }

  async close(): Promise<void> {
    const { server } = this;
    const closed = server === undefined ? undefined : new Promise((resolve) => server.once('close', resolve));
    this.stopListening();
    this.disconnectAll();
    await closed;
    this.stopDropping?.();
    await this.roles.close();
  }

  private async listen(): Promise<void> {
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.chosenPort, '127.0.0.1', resolve);
    });
    this.server = server;
    this.chosenPort = (server.address() as AddressInfo).port;
  }

  private stopListening(): void {
    this.server?.close();
    this.server = undefined;
  }

  private accept(socket: Socket): void {
    const { workspace, postgres, loginTimeoutMilliseconds = defaultLoginTimeout, onFailure } = this.options;
    const { roles, secureContext, faults } = this;
    const session = new GatewaySession(
      socket,
      { workspace, postgres, roles, secureContext, faults },
      loginTimeoutMilliseconds,
    );
    this.openSessions.add(session);
    socket.once('close', () => this.openSessions.delete(session));
    session.run().catch((error: unknown) => onFailure?.(error));
  }
}

/** A gateway may run for months: the certificate is looked at again once a day. */
function renewedContext(ca: Pick<LocalCa, 'issue'>): () => Promise<SecureContext> {
  let current: Promise<SecureContext> | undefined;
  let checkedAt = 0;
  return () => {
    if (current === undefined || Date.now() - checkedAt > 86_400_000) {
      checkedAt = Date.now();
      current = ca
        .issue('localhost', '127.0.0.1', '*.lakebase.localhost')
        .then(({ key, cert }) => createSecureContext({ key, cert, minVersion: 'TLSv1.2' }));
    }
    return current;
  };
}
