import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from } from 'pg-copy-streams';
import { SeededRandom } from '@lakescope/server-testing';
import type { Workload } from './workload';

const CHUNK_CHARACTERS = 256 * 1024;

/** Rows as text lines, COPY's own format, in chunks that are worth a write. */
export async function copyLines(client: Client, target: string, lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(chunks(lines), { objectMode: false }), client.query(from(`COPY ${target} FROM STDIN`)));
}

function* chunks(lines: Iterable<string>): Generator<Buffer> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

export const RAW_COLUMNS =
  '("timestamp", response_time_ms, status_code, endpoint, method, user_id, error_type, correlation_id)';

export function* rawLines(workload: Workload): Generator<string> {
  const clock = new TimeText();
  while (workload.next()) {
    const { template, method } = workload.endpoints[workload.endpoint] ?? { template: '', method: '' };
    const failure = errorOf(workload.status) ?? '\\N';
    yield `${clock.of(workload.at)}\t${workload.responseTimeMs}\t${workload.status}\t${template}\t${method}\t${workload.userName() ?? '\\N'}\t${failure}\t${workload.correlationId()}\n`;
  }
}

export function errorOf(status: number): string | undefined {
  if (status < 400) return undefined;
  if (status === 499) return 'CLIENT_LEFT';
  return status === 404 ? 'NOT_FOUND' : 'INTERNAL_ERROR';
}

/** Times come in order, so all but the milliseconds is mostly known. */
class TimeText {
  private second = NaN;
  private prefix = '';

  of(ms: number): string {
    const second = Math.floor(ms / 1_000);
    if (second !== this.second) {
      this.second = second;
      this.prefix = new Date(second * 1_000).toISOString().slice(0, 20);
    }
    return `${this.prefix}${String(ms % 1_000).padStart(3, '0')}Z`;
  }
}

export const EVENT_TYPES = ['page_view', 'button_click', 'form_submit', 'query_executed', 'export_triggered'];
export const PAGES = Array.from({ length: 20 }, (_, index) => `/page-${index}`);

export const EVENT_COLUMNS = '(event_id, "timestamp", user_id, event_type, page_name, element_id, success)';

/** Events of the same days: evenly spread, of the same people. */
export function* eventLines(rows: number, startMs: number, endMs: number, seed: number): Generator<string> {
  const random = new SeededRandom(seed);
  for (let row = 0; row < rows; row++) {
    const at = Math.floor(startMs + ((row + random.next()) / rows) * (endMs - startMs));
    const user = Math.floor(random.next() ** 2 * 1_000);
    const type = EVENT_TYPES[Math.floor(random.next() ** 2 * EVENT_TYPES.length)];
    const page = PAGES[Math.floor(random.next() ** 2 * PAGES.length)];
    yield `${timedUuid(at, random)}\t${new Date(at).toISOString()}\tuser-${user}@example.com\t${type}\t${page}\tbutton-${random.below(50)}\tt\n`;
  }
}

/** A UUIDv7 (RFC 9562): the time in milliseconds, then chance. */
export function timedUuid(at: number, random: SeededRandom): string {
  const time = at.toString(16).padStart(12, '0');
  const chance = (digits: number): string =>
    random
      .below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance(3)}-a${chance(3)}-${chance(6)}${chance(6)}`;
}
