import { endpoints } from './workspace';

/** Calls the local workspace itself, past the app, as one of its people. */
async function call(method: string, path: string, body?: object, as = 'admin'): Promise<Record<string, unknown>> {
  const { workspace, personas } = endpoints();
  const answer = await fetch(workspace + path, {
    method,
    headers: { authorization: `Bearer ${personas[as]?.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

const warehousePath = () => `/api/2.0/sql/warehouses/${endpoints().warehouse_id}`;

/** Stops the SQL warehouse, and waits until it is. */
export async function stopWarehouse(): Promise<void> {
  await call('POST', `${warehousePath()}/stop`, {});
  while ((await call('GET', warehousePath()))['state'] !== 'STOPPED') {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Runs a statement as the owner of everything, which starts the warehouse when that is stopped. */
export async function runSql(statement: string): Promise<void> {
  const { status } = await call('POST', '/api/2.0/sql/statements', {
    warehouse_id: endpoints().warehouse_id,
    statement,
    wait_timeout: '30s',
  });
  const { state, error } = status as { state: string; error?: { message: string } };
  if (state !== 'SUCCEEDED') throw new Error(`${statement}: ${state} ${error?.message ?? ''}`);
}
