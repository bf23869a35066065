import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Pages that a front door answers itself, in place of the app. A `ProxyRefusal` is answered to whoever asked. */
export interface OwnPages {
  owns(path: string): boolean;
  answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Whether a request that wants another protocol here gets it. */
  upgrades?(path: string): boolean;
  /** Takes the connection over. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Lets go of the connections that were taken over. */
  close?(): Promise<void>;
}
