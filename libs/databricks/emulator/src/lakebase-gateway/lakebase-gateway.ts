import { createServer, type AddressInfo } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { LocalCa } from '../local-ca/local-ca';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { DatabaseRoles, type SuperuserAccess } from './database-roles';
import { GatewaySession } from './gateway-session';

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
  const sessions = new Set<GatewaySession>();
  const secureContext = renewedContext(options.ca);
  await secureContext();
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const session = new GatewaySession(
      socket,
      { workspace: options.workspace, postgres: options.postgres, roles, secureContext },
      options.loginTimeoutMilliseconds ?? defaultLoginTimeout,
    );
    sessions.add(session);
    socket.once('close', () => sessions.delete(session));
    session.run().catch((error: unknown) => options.onFailure?.(error));
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
  } catch (error) {
    await roles.close();
    throw error;
  }
  const disconnectAll = (): void => sessions.forEach((session) => session.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    disconnectAll,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      disconnectAll();
      await closed;
      await roles.close();
    },
  };
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
