import type { TimeTravel } from '@lakescope/delta';
import { InvalidTableRequest } from './delta.errors';

/** Which version of a table a request means. */
export function timeTravel({ version, timestamp }: { version?: number; timestamp?: string }): TimeTravel {
  if (version !== undefined && timestamp !== undefined) {
    throw new InvalidTableRequest('Name either a version or a timestamp, not both.', ['version', 'timestamp']);
  }
  if (version !== undefined) return { version };
  if (timestamp === undefined) return {};
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) throw new InvalidTableRequest('The timestamp is no point in time.', ['timestamp']);
  return { timestamp: time };
}
