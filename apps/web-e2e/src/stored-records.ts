import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { endpoints, workspace } from './workspace';

/** Lakebase as the app's own role sees it, for what a journey needs and no page can bring about: time that has passed. */
async function asApp<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const { postgres, service_principal: app } = endpoints();
  const client = new Client({
    host: postgres.host,
    port: postgres.port,
    database: postgres.database,
    user: app.client_id,
    password: await databasePassword(),
    ssl: { ca: readFileSync(workspace().certificateAuthority, 'utf8') },
    options: '-c search_path=lakescope',
  });
  await client.connect();
  try {
    await client.query(`SELECT set_config('lakescope.system', 'on', false)`);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Stores a preference for somebody who was last here so many days ago. */
export function leaveRecordsBehind(userId: string, days: number): Promise<unknown> {
  return asApp((client) =>
    client.query(
      `INSERT INTO user_preferences (user_id, preference_key, preference_value, created_at, updated_at, last_used_at)
       SELECT $1, 'theme', '"dark"', past, past, past FROM (SELECT now() - make_interval(days => $2) AS past) AS that_time`,
      [userId, days],
    ),
  );
}

export interface StoredUsageEvent {
  readonly event_id: string;
  readonly event_type: string;
  readonly page_name: string | null;
  readonly element_id: string | null;
  readonly metadata: unknown;
}

/** Which of these usage events are stored, in the order in which they happened. */
export function storedUsageEvents(ids: readonly string[]): Promise<readonly StoredUsageEvent[]> {
  return asApp(async (client) => {
    const { rows } = await client.query<StoredUsageEvent>(
      `SELECT event_id, event_type, page_name, element_id, metadata FROM usage_events
       WHERE event_id = ANY ($1::uuid[]) ORDER BY event_id`,
      [ids],
    );
    return rows;
  });
}

/** How many usage events of somebody are stored. */
export function countUsageEvents(userId: string): Promise<number> {
  return asApp(async (client) => {
    const { rows } = await client.query<{ events: number }>(
      'SELECT count(*)::int AS events FROM usage_events WHERE user_id = $1',
      [userId],
    );
    return rows[0]?.events ?? 0;
  });
}

async function databasePassword(): Promise<string> {
  const { workspace, service_principal: app } = endpoints();
  const basic = Buffer.from(`${app.client_id}:${app.client_secret}`).toString('base64');
  const { access_token } = await sent<{ access_token: string }>(`${workspace}/oidc/v1/token`, {
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials&scope=all-apis',
  });
  const { token } = await sent<{ token: string }>(`${workspace}/api/2.0/database/credentials`, {
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ request_id: crypto.randomUUID(), instance_names: ['lakescope-local'] }),
  });
  return token;
}

async function sent<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, { method: 'POST', ...init });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
