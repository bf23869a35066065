import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { LocalApp } from '../apps/registered-app';
import { answerScript } from '../apps-proxy/answer-script';
import { ProxyRefusal } from '../apps-proxy/forwarded-identity';
import type { OwnPages } from '../apps-proxy/own-pages';
import type { AppLog } from './app-log';
import { LOG_PAGE, LOG_SCRIPT, LOG_STREAM, logPage } from './log-page';
import { logScript } from './log-script';
import { LogReaders, type LogReadersParts } from './log-reader';
import { LOG_STREAM_LIMITS, LogStream, type LogStreamLimits } from './log-stream';

export interface LogPagesParts extends Omit<LogReadersParts, 'appName'> {
  readonly app: Pick<LocalApp, 'name' | 'url'>;
  readonly log: AppLog;
  readonly limits?: Partial<LogStreamLimits>;
}

/** A search term is a line at most. */
const LONGEST_FRAME_BYTES = 4096;
const GOING_AWAY = 1001;
/** For who does not answer a goodbye. */
const FAREWELL_MILLISECONDS = 300;

/**
 * `/logz` and `/logz/stream` of one app, as the platform has them in front of it: give it to the app's front door. The
 * stream is a WebSocket; its reader brings an OAuth access token, or is the persona of the browser.
 */
export class LogPages implements OwnPages {
  private readonly readers: LogReaders;
  private readonly limits: LogStreamLimits;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_FRAME_BYTES,
    perMessageDeflate: false,
  });

  constructor(private readonly parts: LogPagesParts) {
    this.readers = new LogReaders({ ...parts, appName: parts.app.name });
    this.limits = { ...LOG_STREAM_LIMITS, ...parts.limits };
  }

  owns(path: string): boolean {
    return path === LOG_PAGE || path.startsWith(`${LOG_PAGE}/`);
  }

  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    if (path === LOG_STREAM) {
      response.setHeader('upgrade', 'websocket');
      throw new ProxyRefusal(426, 'The log is a WebSocket: connect to it with one, or open /logz.');
    }
    if (!['GET', 'HEAD'].includes(method) || ![LOG_PAGE, LOG_SCRIPT].includes(path)) {
      throw new ProxyRefusal(404, `There is no ${method} ${path}.`);
    }
    if (path === LOG_SCRIPT) return answerScript(response, logScript);
    await this.refuseStrangers(request);
    const { html, headers } = logPage(this.parts.app.name);
    response.writeHead(200, headers).end(html);
  }

  upgrades(path: string): boolean {
    return path === LOG_STREAM;
  }

  /** Who may not read is let in first: browsers show a page why a line was closed, but not why it was never opened. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.requireOwnOrigin(request);
    this.sockets.handleUpgrade(request, socket, head, (opened) => {
      const verdict = () => this.readers.verdict(request);
      void new LogStream({ socket: opened, log: this.parts.log, verdict, limits: this.limits }).open();
    });
  }

  async close(): Promise<void> {
    const leaving = [...this.sockets.clients].map(
      (client) =>
        new Promise<void>((resolve) => {
          const impatience = setTimeout(() => client.terminate(), FAREWELL_MILLISECONDS);
          client.once('close', () => {
            clearTimeout(impatience);
            resolve();
          });
          client.close(GOING_AWAY, 'The app stops.');
        }),
    );
    await Promise.all(leaving);
  }

  private async refuseStrangers(request: IncomingMessage): Promise<void> {
    const verdict = await this.readers.verdict(request);
    const { name } = this.parts.app;
    if (verdict === 'unauthorized') {
      throw new ProxyRefusal(401, 'Credential was not sent or was of an unsupported type for this API.');
    }
    if (verdict === 'forbidden')
      throw new ProxyRefusal(403, `CAN_MANAGE on the app ${name} is needed to read its log.`);
  }

  /** The app's URL, by any of the names under which this machine answers for it. */
  private requireOwnOrigin({ headers: { origin, host } }: IncomingMessage): void {
    const { url } = this.parts.app;
    const own = [`http://${host ?? ''}`, ...(url === undefined ? [] : [new URL(url).origin])];
    if (origin === undefined || !own.includes(origin)) {
      throw new ProxyRefusal(403, 'The Origin header must be the URL of the app.');
    }
  }
}
