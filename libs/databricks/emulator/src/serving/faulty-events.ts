import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { PlannedFault } from '../http/faults';
import { Refusal } from '../http/refusals';
import { sseData } from './server-sent-events';

/** A connection that breaks off in the middle of a stream. */
class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** How long a stream that stalls stays silent, unless its client leaves first: longer than the platform lets any live. */
const STALLED_MILLISECONDS = 600_000;

/**
 * The events of a model, with what a planned fault does to them. A failure after the first event cannot be a status any more,
 * so it is said inside of the stream, as the platform does.
 */
export async function* faultyEvents(
  events: AsyncIterable<string | Uint8Array>,
  fault: PlannedFault | undefined,
  signal: AbortSignal,
): AsyncGenerator<string | Uint8Array> {
  const { stream, afterEvents = 3 } = fault ?? {};
  let sent = 0;
  try {
    for await (const event of events) {
      if (stream !== undefined && sent === afterEvents) {
        if (stream === 'cut') throw new BrokenOff('A planned fault cuts the stream');
        if (stream === 'stall') await sleep(STALLED_MILLISECONDS, undefined, { signal });
        yield errorEvent('INTERNAL_ERROR', `Planned fault ${fault?.id ?? ''}`);
        return;
      }
      yield event;
      sent += 1;
    }
  } catch (error) {
    // Nobody listens any more, or nobody is to hear more.
    if (signal.aborted || error instanceof BrokenOff) throw error;
    yield errorEvent(
      'INTERNAL_ERROR',
      error instanceof Refusal ? error.message : `The model failed: ${inspect(error).split('\n')[0] ?? ''}`,
    );
  }
}

function errorEvent(code: string, message: string): string {
  return sseData({ error_code: code, message });
}
