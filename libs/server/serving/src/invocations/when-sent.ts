import type { FastifyReply } from 'fastify';

/** Does something when the answer has been read by its reader, who may be slow, or when that reader has left. */
export function whenSent({ raw }: FastifyReply): (then: () => void) => void {
  return (then) => {
    if (raw.closed) then();
    else raw.once('close', then);
  };
}
