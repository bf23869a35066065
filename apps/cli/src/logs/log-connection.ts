import type { Secret } from '@lakescope/databricks-client';
import WebSocket, { type RawData } from 'ws';
import { PRODUCT } from '../developer-environment';

/** How a connection to a log ended. `heard`: something came on it, so it was a good one. */
export type Ended =
  | { readonly why: 'unauthorized' | 'forbidden'; readonly heard: boolean; readonly detail: string }
  | { readonly why: 'broken'; readonly heard: boolean; readonly detail: string }
  | { readonly why: 'stopped'; readonly heard: boolean; readonly detail: string };

export interface ConnectionParts {
  /** The app's address. */
  readonly origin: URL;
  readonly token: Secret;
  /** What to search for, as the platform does it; empty: everything. */
  readonly search: string;
  readonly signal: AbortSignal;
  readonly onFrame: (text: string) => void;
  /** How often it is asked whether anybody is still there; one question without an answer ends it. */
  readonly pingMilliseconds: number;
}

const HANDSHAKE_PATIENCE_MS = 15_000;
const LARGEST_FRAME_BYTES = 4 * 1024 * 1024;
/** Nothing to tell, or that the line is open. */
const KEEP_ALIVE = '\0';
const REFUSALS: Readonly<Record<number, 'unauthorized' | 'forbidden'>> = {
  401: 'unauthorized',
  403: 'forbidden',
  4401: 'unauthorized',
  4403: 'forbidden',
};

/**
 * One connection to `/logz/stream` of an app: an OAuth token, the app's own address as `Origin`, and the search term as the first text
 * frame. Resolves when it is over, for whatever reason.
 */
export function readLog(parts: ConnectionParts): Promise<Ended> {
  const { origin, token, search, signal, onFrame, pingMilliseconds } = parts;
  if (signal.aborted) return Promise.resolve({ why: 'stopped', heard: false, detail: '' });
  const url = new URL('/logz/stream', origin);
  url.protocol = origin.protocol === 'https:' ? 'wss:' : 'ws:';
  return new Promise((resolve) => {
    let heard = false;
    let answered = true;
    let detail = '';
    const socket = new WebSocket(url, {
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        'user-agent': `${PRODUCT.name}/${PRODUCT.version}`,
      },
      origin: origin.origin,
      handshakeTimeout: HANDSHAKE_PATIENCE_MS,
      maxPayload: LARGEST_FRAME_BYTES,
      perMessageDeflate: false,
    });
    const heartbeat = setInterval(() => {
      if (!answered) {
        detail = 'nobody answered';
        socket.terminate();
      } else if (socket.readyState === WebSocket.OPEN) {
        answered = false;
        socket.ping();
      }
    }, pingMilliseconds);
    const settle = (ended: Ended): void => {
      clearInterval(heartbeat);
      signal.removeEventListener('abort', leave);
      resolve(ended);
    };
    const leave = (): void => {
      settle({ why: 'stopped', heard, detail: '' });
      socket.close();
      // Who does not say goodbye is not waited for.
      setTimeout(() => socket.terminate(), 500).unref();
    };
    signal.addEventListener('abort', leave, { once: true });
    socket.on('open', () => socket.send(search));
    socket.on('pong', () => (answered = true));
    socket.on('message', (data: RawData) => {
      answered = heard = true;
      const text = data.toString();
      if (text !== KEEP_ALIVE && !signal.aborted) onFrame(text);
    });
    socket.on('unexpected-response', (request, { statusCode = 0 }) => {
      request.destroy();
      // Who has no token that the platform takes is sent to sign in.
      const why = statusCode >= 300 && statusCode < 400 ? 'unauthorized' : (REFUSALS[statusCode] ?? 'broken');
      settle({ why, heard, detail: `HTTP ${statusCode}` });
    });
    // 'close' follows, except where the connection never came about.
    socket.on('error', (error) => (detail = reasonOf(error)));
    socket.on('close', (code, reason) => {
      const said = reason.toString();
      const words = said === '' ? detail || `closed with ${code}` : said;
      settle({ why: REFUSALS[code] ?? 'broken', heard, detail: words });
    });
  });
}

/** Of several addresses that were tried the first tells. */
function reasonOf(error: Error): string {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return first instanceof Error ? first.message : error.message;
}
