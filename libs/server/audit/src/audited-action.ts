import type { FastifyRequest } from 'fastify';
import type { ActingAs } from './audit-entry.entity';

export const AUDITED = 'lakescope:audited';

export interface AuditedAction {
  /** A noun and a verb, e.g. `credential.rotate`. */
  action: string;
  /** With whose rights the action runs; the person's own when left out. */
  actingAs?: ActingAs;
  /** What the request wants it done to, by a name that is no person's and no secret. */
  target?: (request: FastifyRequest) => string | undefined;
  /** Which requests are worth an entry; all of them when left out. A question about what would happen is none. */
  when?: (request: FastifyRequest) => boolean;
  /**
   * Who writes a success down: the interceptor when the action is over, or the action itself in the transaction of its writes, by
   * `AuditLog.record`. Failures are always the interceptor's, because a rollback takes an entry away.
   */
  success?: 'interceptor' | 'transaction';
  /**
   * What happens when nothing can be written down. `refuse` is for actions that destroy something outside of the database: they are
   * not begun then. `log` leaves one line with the entry in the app's log.
   */
  unrecordable?: 'refuse' | 'log';
}
