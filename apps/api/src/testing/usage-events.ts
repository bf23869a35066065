import { randomUUID } from 'node:crypto';
import { Database } from '@lakescope/server-persistence';
import type { Persona, TestApi } from './test-api';

export const EVENTS = '/api/v1/metrics/usage-events';

/** A page view of this moment. */
export function event(): Record<string, unknown> {
  return { event_id: uuidV7(), event_type: 'page_view', page_name: '/catalog' };
}

/** How many events of this person are there. */
export async function storedEvents(api: TestApi, persona: Persona): Promise<number> {
  const { userName } = api.stack.workspace.personas[persona];
  const [row] = await sqlOf<{ count: number }>(
    api,
    'SELECT count(*)::integer FROM usage_events WHERE user_id = $1',
    userName,
  );
  return row?.count ?? NaN;
}

/** What is stored is what the books say, whatever was sent. */
export async function expectBalancedBooks(api: TestApi): Promise<void> {
  const [books] = await sqlOf<{ stored: number; booked: number }>(
    api,
    `SELECT (SELECT count(*)::integer FROM usage_events) AS stored,
            (SELECT coalesce(sum(rows), 0)::integer FROM metrics_ingest_log WHERE kind = 'usage') AS booked`,
  );
  expect(books?.booked).toBe(books?.stored);
}

export function sqlOf<Row>(api: TestApi, statement: string, ...parameters: unknown[]): Promise<Row[]> {
  return api.app.get(Database).asSystem((tx) => tx.query(statement, parameters));
}

function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
