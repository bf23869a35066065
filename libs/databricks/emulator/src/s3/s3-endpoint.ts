import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { hideFor } from '../http/fault-hooks';
import { Faults, type PlannedFault } from '../http/faults';
import type { RequestLog } from '../http/request-log';
import { errorCode } from '../state/error-code';
import { Authenticator } from './authenticate';
import { Buckets } from './buckets';
import { operationOf } from './operations';
import { asksForRole, roleRefusal, Roles } from './roles';
import { accessDenied, S3Error } from './s3-error';
import { CutConnection, happen } from './s3-faults';
import type { IssuedKeys, KeyRequest, RootKeys, S3Keys, TemporaryKeys } from './s3-keys';
import { readTarget } from './s3-request';
import { sendAnswer } from './send-answer';
import type { S3Answer } from './s3-answer';

/** The region every signature is made for. */
const REGION = 'us-east-1';
/** A connection on which nothing moves for so long is closed. */
const IDLE_MS = 120_000;

export interface S3EndpointOptions {
  /** The workspace's state folder; the buckets lie in it. */
  readonly stateDirectory: string;
  /** 0: any free port. The endpoint listens on loopback only. */
  readonly port: number;
  readonly keys: S3Keys;
  readonly requestLog: RequestLog;
  /** What goes wrong on purpose; default: nothing is planned yet. */
  readonly faults?: Faults;
  /** Milliseconds since 1970, for signatures and expiry; default: this machine's clock. */
  readonly now?: () => number;
}

/** The S3-compatible endpoint of a workspace, over folders of its state. */
export interface S3Service extends TemporaryKeys {
  /** `http://127.0.0.1:<port>`; buckets are the first part of the path. */
  readonly url: string;
  readonly region: string;
  readonly rootKeys: RootKeys;
  /** What root keys may be exchanged for, at the same endpoint; none in the beginning, and none after a restart. */
  readonly roles: Roles;
  /** Makes a bucket, or finds it made, and answers its real folder: a file that is put there is an object. Throws S3Error for what is no name. */
  createBucket(name: string): Promise<string>;
  /**
   * From now on the bucket takes no object and no part of one without `Content-MD5` or `x-amz-checksum-*`, as S3 does where Object Lock has a
   * default retention. Nothing else of Object Lock is here, and a restart forgets it.
   */
  requireChecksums(bucket: string): void;
  /** Planned faults of this endpoint; paths begin with the bucket's name and are percent-encoded as sent. */
  readonly faults: Faults;
}

/** One request on its way, for the log and for the answer when it fails. */
interface Exchange {
  readonly id: string;
  readonly path: string;
  readonly startedAt: number;
  operation?: string;
  principal?: string;
  failure?: string;
}

/** Answers S3's REST API (path-style addresses, Signature Version 4) on loopback. */
export class S3Endpoint implements S3Service {
  readonly url: string;
  readonly region = REGION;
  readonly roles: Roles;

  private constructor(
    private readonly server: Server,
    private readonly keys: S3Keys,
    private readonly buckets: Buckets,
    private readonly authenticator: Authenticator,
    private readonly requestLog: RequestLog,
    readonly faults: Faults,
  ) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    this.roles = new Roles(keys);
  }

  static async start({
    stateDirectory,
    port,
    keys,
    requestLog,
    faults = new Faults(() => false),
    now = Date.now,
  }: S3EndpointOptions): Promise<S3Endpoint> {
    const server = createServer({ requestTimeout: 0, noDelay: true, keepAliveTimeout: 65_000 });
    server.timeout = IDLE_MS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const buckets = new Buckets(stateDirectory);
    const endpoint = new S3Endpoint(server, keys, buckets, new Authenticator(keys, REGION, now), requestLog, faults);
    server.on('request', (message, response) => void endpoint.handle(message, response));
    // Nothing is sent for what will be refused: `100 Continue` is said when the body is read.
    server.on('checkContinue', (message, response) => void endpoint.handle(message, response));
    server.on('checkExpectation', (message, response) => void endpoint.handle(message, response));
    server.on('clientError', refuseMalformed);
    return endpoint;
  }

  get rootKeys(): RootKeys {
    return this.keys.root;
  }

  issue(request: KeyRequest): IssuedKeys {
    return this.keys.issue(request);
  }

  async createBucket(name: string): Promise<string> {
    await this.buckets.create(name);
    return this.buckets.folderOf(name);
  }

  requireChecksums(bucket: string): void {
    this.buckets.requireChecksums(bucket);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    await this.buckets.close();
    await this.keys.settle();
  }

  private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (message.url ?? '/').split('?')[0] ?? '/';
    const exchange: Exchange = { id: requestId(), path, startedAt: Date.now() };
    const hostId = Buffer.from(randomUUID()).toString('base64');
    response.setHeader('x-amz-request-id', exchange.id);
    response.setHeader('x-amz-id-2', hostId);
    try {
      const { answer, fault } = await this.answer(message, response, exchange);
      await sendAnswer(message, response, answer, fault?.cut === 'body');
    } catch (error) {
      if (error instanceof CutConnection) {
        exchange.operation ??= 's3';
        message.socket.destroy();
      } else this.refuse(message, response, asS3Error(error, exchange), exchange, hostId);
    }
    this.requestLog.add({
      id: exchange.id,
      time: new Date(exchange.startedAt).toISOString(),
      method: message.method ?? '',
      path,
      route: exchange.operation,
      status: response.headersSent ? response.statusCode : 0,
      milliseconds: Date.now() - exchange.startedAt,
      principal: exchange.principal,
      ...(exchange.failure === undefined ? {} : { failure: exchange.failure }),
    });
  }

  private async answer(
    message: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
  ): Promise<{ answer: S3Answer; fault: PlannedFault | undefined }> {
    const method = message.method ?? '';
    const fault = this.faults.take(method, exchange.path);
    if (fault !== undefined && fault.afterHandler !== true && fault.cut !== 'body') await happen(fault);
    const target = readTarget(message.url ?? '/', message.headers.host);
    const request = { ...target, method, message, response };
    const authentication = this.authenticator.check(message, target);
    exchange.principal = authentication.credential.accessKeyId;
    const operation = operationOf(request);
    exchange.operation = `s3:${operation.name}`;
    const answer = await operation.run({ request, authentication, buckets: this.buckets, roles: this.roles });
    if (fault?.hideCreatedFor !== undefined && method === 'PUT') {
      hideFor(this.faults, fault.hideCreatedFor, exchange.path);
    }
    if (fault?.afterHandler === true) {
      answer.file?.source.close();
      await happen(fault);
    }
    return { answer, fault };
  }

  private refuse(
    message: IncomingMessage,
    response: ServerResponse,
    error: S3Error,
    exchange: Exchange,
    hostId: string,
  ): void {
    if (response.headersSent || response.destroyed) return void message.socket.destroy();
    // Refused by name, so not a gap of this endpoint.
    if (error.status !== 501) exchange.operation ??= 's3';
    const hasBody = message.method !== 'HEAD' && error.status !== 304;
    const body = asksForRole(message)
      ? roleRefusal(error, exchange.id)
      : error.body(exchange.path, exchange.id, hostId);
    // A client that waits for 100 Continue may send its body after this or not, so nothing can follow on the connection.
    if (message.headers.expect !== undefined) response.setHeader('connection', 'close');
    response.writeHead(error.status, { ...error.headers, ...(hasBody ? { 'content-type': 'application/xml' } : {}) });
    response.end(hasBody ? body : undefined);
    // What is left of the body is read and dropped, so that the client comes to reading the answer.
    message.resume();
  }
}

function asS3Error(error: unknown, exchange: Exchange): S3Error {
  if (error instanceof S3Error) return error;
  const code = errorCode(error) ?? '';
  if (['EMFILE', 'ENFILE', 'EBUSY'].includes(code))
    return new S3Error(503, 'SlowDown', 'Please reduce your request rate.');
  if (['ENOSPC', 'EDQUOT', 'EROFS'].includes(code)) {
    return new S3Error(503, 'ServiceUnavailable', `The state folder cannot be written (${code}).`);
  }
  if (['EACCES', 'EPERM'].includes(code)) return accessDenied();
  exchange.failure = inspect(error);
  return new S3Error(500, 'InternalError', 'We encountered an internal error. Please try again.');
}

/** Made of a UUID, for which Node keeps random bytes ready: others are asked of the kernel for each request. */
function requestId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
}

/** What is no HTTP. There may have been an answer on this connection already. */
function refuseMalformed(error: Error, socket: Socket): void {
  if (errorCode(error) === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = errorCode(error) === 'HPE_HEADER_OVERFLOW' ? 'RequestHeaderSectionTooLarge' : 'BadRequest';
  const id = requestId();
  const body = new S3Error(400, code, 'An error occurred when parsing the HTTP request.').body('/', id, id);
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/xml\r\nx-amz-request-id: ${id}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
