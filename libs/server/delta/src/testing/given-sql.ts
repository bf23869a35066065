import type { LocalStack } from '@lakescope/server-testing';

/** Runs statements on the SQL warehouse as the administrator, one after the other. */
export async function givenSql({ workspace }: LocalStack, ...statements: string[]): Promise<void> {
  for (const statement of statements) {
    const answer = await fetch(`${workspace.url}/api/2.0/sql/statements`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${workspace.personas.admin.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ warehouse_id: workspace.warehouseId, statement, wait_timeout: '30s' }),
    });
    const { status } = (await answer.json()) as { status?: { state: string; error?: unknown } };
    if (status?.state !== 'SUCCEEDED') throw new Error(`${statement}: ${JSON.stringify(status)}`);
  }
}
