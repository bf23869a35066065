import { Agent, request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';

/** The connections of a client. */
export interface Connections {
  readonly agent: Agent;
  /** For a new one; 0: no limit of its own. */
  readonly connectMs: number;
}

/** A request as it goes out. */
export interface OutgoingRequest {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number | undefined;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** Of the SDK's own handler, which knows its agents from its first request on. */
interface HandlerConfig {
  readonly httpAgent?: unknown;
  readonly httpsAgent?: unknown;
  readonly connectionTimeout?: number;
}

/** Undefined when the client does not speak HTTP/1.1 by Node's agents, or is not at its connections yet. */
export function connectionsOf({ config }: S3Client, isSecure: boolean): Connections | undefined {
  const handler = config.requestHandler as { httpHandlerConfigs?: () => HandlerConfig };
  // One with a `handle` of its own, or of a class made from the SDK's, wants to see every request.
  const own = Object.getPrototypeOf(handler) as object | null;
  const isSdk = own !== null && Object.hasOwn(own, 'handle') && Object.hasOwn(own, 'httpHandlerConfigs');
  if (!isSdk || Object.hasOwn(handler, 'handle') || handler.httpHandlerConfigs === undefined) return undefined;
  const { httpAgent, httpsAgent, connectionTimeout = 0 } = handler.httpHandlerConfigs();
  const agent = isSecure ? httpsAgent : httpAgent;
  return agent instanceof Agent ? { agent, connectMs: connectionTimeout } : undefined;
}

/**
 * Sends a request over a connection of the client and answers what comes back, its body still to be read. Fails with the code of the socket, with
 * a `TimeoutError` when there is no connection in time, and with an `AbortError` when the signal ends it.
 */
export function exchange(
  { isSecure, body, ...target }: OutgoingRequest,
  { agent, connectMs }: Connections,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(named('AbortError'));
    const request = (isSecure ? secureRequest : plainRequest)({ ...target, agent });
    let isAnswered = false;
    const leave = (): void => {
      const error = named('AbortError');
      // At once: a request that still waits for a connection says nothing until it gets one.
      reject(error);
      request.destroy(error);
    };
    signal.addEventListener('abort', leave, { once: true });
    request.once('close', () => {
      signal.removeEventListener('abort', leave);
      // Without a reason either, as after an upgrade that nobody asked for.
      if (!isAnswered) reject(named('Error', 'ECONNRESET'));
    });
    request.once('response', (answer) => {
      isAnswered = true;
      resolve(answer);
    });
    // Also for what comes after the answer, which its reader is told of.
    request.on('error', reject);
    if (connectMs > 0) {
      request.once('socket', (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(() => request.destroy(named('TimeoutError')), connectMs);
        socket.once(isSecure ? 'secureConnect' : 'connect', () => clearTimeout(timer));
        request.once('close', () => clearTimeout(timer));
      });
    }
    request.end(body);
  });
}

/**
 * Hands on the pieces of a body until it ends, is cut, or `take` answers that it wants no more. Whether all has come is for the caller to tell;
 * rejects when the body itself says what is wrong with it. Cheaper than iterating, which has a promise for each piece and five for the end.
 */
export function received(
  body: Readable | AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => 'enough' | undefined,
): Promise<void> {
  // Of a client that does not speak by Node's connections.
  if (!('on' in body)) return iterated(body, take);
  return new Promise((resolve, reject) => {
    if (body.closed) return resolve();
    body.on('data', (piece: Uint8Array) => {
      if (take(piece) !== 'enough') return;
      resolve();
      body.destroy();
    });
    body.once('end', resolve);
    body.once('close', resolve);
    body.on('error', reject);
  });
}

async function iterated(
  body: AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => 'enough' | undefined,
): Promise<void> {
  for await (const piece of body) if (take(piece) === 'enough') return;
}

function named(name: string, code?: string): Error {
  return Object.assign(new Error('The request was ended'), { name, ...(code === undefined ? {} : { code }) });
}
