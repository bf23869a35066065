import type { LookupFunction, OnReadOpts, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';
import { defaults } from './defaults';

type Connector = buildConnector.connector;

/** Opens the sockets of one host. `lookup` resolves its name; connections use the very addresses it answers. */
export function connectorOf(build: typeof buildConnector, lookup: LookupFunction | undefined): Connector {
  let session: Buffer | undefined;
  return (target, callback) => {
    const options = {
      timeout: defaults.connectTimeoutMs,
      // Explicit, so that no NODE_TLS_REJECT_UNAUTHORIZED in the environment can switch the check off.
      rejectUnauthorized: true,
      onread: largeReads(),
      ...(session === undefined ? {} : { session }),
      ...(lookup === undefined ? {} : { lookup }),
    };
    build(options)(target, (...[error, socket]: Parameters<typeof callback>) => {
      // The next connection takes up the session, which saves half of its handshake.
      if (socket instanceof TLSSocket) socket.on('session', (latest) => (session = latest));
      if (error === null) callback(null, socket);
      else callback(error, null);
    });
  };
}

/** Each socket that is open has such a buffer, and hundreds of them wait for the next word of a model. */
const SMALLEST = 16 * 1024;
const LARGEST = 512 * 1024;
/** Less than this is not worth a read. */
const LEAST = 4 * 1024;

/**
 * How one socket reads. Node's own way takes 64 KiB of memory for each read and gives back what was not filled, which for the short
 * answers of most calls is nearly all of it, and reads a long answer in as many small pieces. Here short answers share a buffer, and
 * the buffer grows as long as it is filled.
 */
function largeReads(): OnReadOpts {
  let buffer = Buffer.allocUnsafeSlow(SMALLEST);
  let used = 0;
  return {
    buffer: () => {
      if (buffer.length - used < LEAST) {
        const next = used === buffer.length ? Math.min(LARGEST, 2 * buffer.length) : SMALLEST;
        buffer = Buffer.allocUnsafeSlow(next);
        used = 0;
      }
      return buffer.subarray(used);
    },
    // Node calls it as a method of the socket.
    callback(this: Socket, bytes: number, filled: Uint8Array): boolean {
      used += bytes;
      return this.push(filled.subarray(0, bytes));
    },
  };
}
