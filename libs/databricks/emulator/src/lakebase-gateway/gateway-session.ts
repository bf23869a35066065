import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { TLSSocket, type SecureContext } from 'node:tls';
import type { LocalWorkspace } from '../workspace/local-workspace';
import type { DatabaseRoles, SuperuserAccess } from './database-roles';
import {
  authentication,
  authenticationRequest,
  ConnectionLost,
  errorResponse,
  FatalResponse,
  negotiateProtocolVersion,
  packet,
  parseParameters,
  peekByte,
  protocolMajor,
  readMessage,
  readPacket,
  requestCode,
  tlsHandshakeByte,
  type Packet,
} from './postgres-messages';
import type { FaultySession, GatewayFaults } from './postgres-faults';
import { logInto } from './scram-login';
import { SessionLine } from './session-line';

/** What a session needs of its surroundings. */
export interface GatewayParts {
  readonly workspace: Pick<LocalWorkspace, 'verify' | 'lakebase'>;
  readonly postgres: SuperuserAccess;
  readonly roles: DatabaseRoles;
  readonly secureContext: () => Promise<SecureContext>;
  readonly faults: GatewayFaults;
}

// Longer names are cut by the server, so two identities could become one role (NAMEDATALEN - 1).
const longestRoleName = 63;
const invalidPassword = '28P01';
/** How long a client that stopped reading may keep the last bytes of its session waiting. */
const flushPatience = 5_000;

/**
 * One client's way in: TLS, the token as password, the role behind it, then a pipe. The token is looked at here and never
 * again, so an open session outlives it, as on the platform.
 */
export class GatewaySession implements FaultySession {
  private readonly open = new Set<Duplex>();
  private line: SessionLine | undefined;

  constructor(
    private readonly raw: Socket,
    private readonly parts: GatewayParts,
    private readonly loginTimeout: number,
  ) {
    this.watch(raw);
  }

  async run(): Promise<void> {
    const deadline = setTimeout(() => this.destroy(), this.loginTimeout);
    let client: Duplex = this.raw;
    try {
      await this.parts.faults.whileStalled();
      await delay(this.parts.faults.delayMilliseconds);
      const secured = await this.secure();
      if (secured === undefined) return;
      client = secured;
      const server = await this.logIn(secured);
      if (server !== undefined) this.join(secured, server);
    } catch (error) {
      this.giveUp(client, error);
    } finally {
      clearTimeout(deadline);
    }
  }

  destroy(): void {
    for (const stream of this.open) stream.destroy();
  }

  reset(): void {
    this.raw.resetAndDestroy();
    this.destroy();
  }

  rewire(): void {
    this.line?.rewire();
  }

  /** Answers the client's first packets until the line is encrypted; undefined when it only came to cancel a query. */
  private async secure(): Promise<TLSSocket | undefined> {
    if ((await peekByte(this.raw)) === tlsHandshakeByte) return this.upgrade();
    for (;;) {
      const request = await readPacket(this.raw);
      if (request.code === requestCode.gss) {
        this.raw.write('N');
      } else if (request.code === requestCode.cancel) {
        await this.forwardCancel(request);
        return undefined;
      } else if (request.code === requestCode.ssl) {
        // Bytes sent before the handshake would be taken for encrypted ones (CVE-2021-23214).
        if (this.raw.readableLength > 0)
          throw new FatalResponse('08P01', 'received unencrypted data after SSL request');
        this.raw.write('S');
        return this.upgrade();
      } else {
        throw new FatalResponse('28000', 'SSL connection is required', 'Connect with sslmode=require or stricter.');
      }
    }
  }

  private async upgrade(): Promise<TLSSocket> {
    const secureContext = await this.parts.secureContext();
    const secured = new TLSSocket(this.raw, { isServer: true, secureContext, ALPNProtocols: ['postgresql'] });
    this.watch(secured);
    await new Promise<void>((resolve, reject) => {
      secured.once('secure', resolve);
      secured.once('close', () => reject(new ConnectionLost('no TLS handshake')));
    });
    return secured;
  }

  private async logIn(client: TLSSocket): Promise<Socket | undefined> {
    const startup = await readPacket(client);
    if (startup.code === requestCode.cancel) {
      await this.forwardCancel(startup);
      return undefined;
    }
    const parameters = this.acceptStartup(client, startup);
    const role = parameters.get('user') ?? '';
    const database = parameters.get('database') ?? role;
    client.write(authenticationRequest(authentication.cleartextPassword));
    const answer = await readMessage(client);
    if (answer.type !== 'p') throw new FatalResponse('08P01', 'expected password response');
    this.failAsPlanned(role);
    const mintedFor = await this.checkToken(answer.body.toString('utf8').replace(/\0.*$/s, ''), role);
    const suffix = await this.enterDatabase(client, mintedFor, role);
    if (suffix !== '') parameters.set('database', `${database}${suffix}`);
    const server = await this.reachServer(parameters, role, { name: `${database}${suffix}`, isOfOwn: suffix !== '' });
    client.write(authenticationRequest(authentication.ok));
    return server;
  }

  private acceptStartup(client: Duplex, startup: Packet): Map<string, string> {
    const [major, minor] = [startup.code >>> 16, startup.code & 0xffff];
    if (major !== protocolMajor) {
      throw new FatalResponse('0A000', `unsupported frontend protocol ${major}.${minor}: server supports 3.0`);
    }
    const parameters = parseParameters(startup.body);
    const options = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'));
    for (const name of options) parameters.delete(name);
    if (minor > 0 || options.length > 0) client.write(negotiateProtocolVersion(options));
    const role = parameters.get('user') ?? '';
    if (role === '') throw new FatalResponse('28000', 'no PostgreSQL user name specified in startup packet');
    if (Buffer.byteLength(role) > longestRoleName) throw new FatalResponse('28000', `role name "${role}" is too long`);
    return parameters;
  }

  private failAsPlanned(role: string): void {
    const refused = this.parts.faults.takeLogin('refuse-logins');
    if (refused !== undefined) throw new FatalResponse(refused.sqlState ?? '53300', 'planned refusal of a login');
    const rejected = this.parts.faults.takeLogin('reject-credentials');
    if (rejected !== undefined) throw wrongPassword(role, 'A planned fault refuses the credential.');
  }

  /** Answers which databases the credential is good for. */
  private async checkToken(token: string, role: string): Promise<readonly string[]> {
    const claims = await this.parts.workspace.verify(token);
    const reason =
      claims === undefined
        ? 'The token is not one of this workspace, has expired or was revoked.'
        : claims.kind !== 'database'
          ? 'The token is not a database credential.'
          : claims.subject !== role
            ? `The token belongs to "${claims.subject}".`
            : undefined;
    if (reason !== undefined || claims === undefined) throw wrongPassword(role, reason);
    return claims.databases ?? [];
  }

  /** An endpoint that sleeps wakes up for this session, and may sleep again once it is over. Answers whose database it is. */
  private async enterDatabase(client: TLSSocket, mintedFor: readonly string[], role: string): Promise<string> {
    const host = client.servername || undefined;
    const entered = await this.parts.workspace.lakebase.enter(host, mintedFor);
    if ('leave' in entered) {
      if (this.raw.destroyed) entered.leave();
      else this.raw.once('close', () => entered.leave());
      return entered.suffix;
    }
    const { sqlState, message } = entered;
    throw sqlState === invalidPassword ? wrongPassword(role, message) : new FatalResponse(sqlState, message);
  }

  private async reachServer(
    parameters: Map<string, string>,
    role: string,
    { name: database, isOfOwn }: { name: string; isOfOwn: boolean },
  ): Promise<Socket> {
    for (let attempt = 1; ; attempt++) {
      if (isOfOwn) await this.parts.roles.ensureDatabase(database);
      await this.parts.roles.ensure(role, database);
      const server = await this.connectToServer();
      try {
        await logInto(server, parameters, this.parts.roles.passwordOf(role));
        return server;
      } catch (error) {
        server.destroy();
        if (error instanceof ConnectionLost) throw new FatalResponse('08006', 'the database closed the connection');
        if (!(error instanceof FatalResponse) || error.sqlState !== invalidPassword || attempt === 2) throw error;
        this.parts.roles.forget(role, database);
      }
    }
  }

  private async connectToServer(): Promise<Socket> {
    const { host, port } = this.parts.postgres;
    const server = connect({ host, port, noDelay: true, keepAlive: true });
    this.watch(server);
    await new Promise<void>((resolve, reject) => {
      server.once('connect', resolve);
      server.once('close', () => reject(new FatalResponse('57P03', 'the database system is not available')));
    });
    return server;
  }

  /** A cancel names a session by the key the server itself gave out, so it goes there as it came; nothing is answered. */
  private async forwardCancel(request: Packet): Promise<void> {
    const server = await this.connectToServer();
    server.end(packet(request.code, request.body));
    this.raw.end();
  }

  private join(client: Duplex, server: Duplex): void {
    this.line = new SessionLine(client, server, this.parts.faults);
    client.once('close', () => server.destroy());
    server.once('close', () => {
      // The server's last words (57P01 and the like) are still on their way to the client.
      client.end();
      setTimeout(() => client.destroy(), flushPatience).unref();
    });
  }

  private giveUp(client: Duplex, error: unknown): void {
    if (error instanceof FatalResponse && client.writable) {
      client.end(errorResponse(error));
      setTimeout(() => this.destroy(), flushPatience).unref();
      return;
    }
    this.destroy();
    if (!(error instanceof ConnectionLost) && !(error instanceof FatalResponse)) throw error;
  }

  private watch(stream: Duplex): void {
    this.open.add(stream);
    // Each way a connection breaks ends in 'close', where both sides are let go.
    stream.on('error', () => undefined);
    stream.once('close', () => this.open.delete(stream));
  }
}

function wrongPassword(role: string, reason: string | undefined): FatalResponse {
  return new FatalResponse(invalidPassword, `password authentication failed for user "${role}"`, reason);
}
