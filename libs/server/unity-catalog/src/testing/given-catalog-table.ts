import type { LocalStack } from '@lakescope/server-testing';

interface Column {
  readonly name: string;
  readonly type_text: string;
  readonly comment?: string;
}

/** A Delta table without a row, made by the administrator; an external one when it is told where. */
export async function givenCatalogTable(
  { workspace }: LocalStack,
  fullName: string,
  columns: readonly Column[] = [{ name: 'id', type_text: 'bigint' }],
  location?: string,
): Promise<void> {
  const [catalog_name, schema_name, name] = fullName.split('.');
  const kind =
    location === undefined ? { table_type: 'MANAGED' } : { table_type: 'EXTERNAL', storage_location: location };
  const answer = await fetch(`${workspace.url}/api/2.1/unity-catalog/tables`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${workspace.personas.admin.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      ...{ name, catalog_name, schema_name, ...kind, data_source_format: 'DELTA' },
      columns: columns.map((column, position) => ({ ...column, position, ...typeOf(column) })),
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

function typeOf({ name, type_text: text }: Column): { type_name: string; type_json: string } {
  const type = text === 'bigint' ? 'long' : text;
  const type_name = type.replace(/\(.*/, '').toUpperCase();
  return { type_name, type_json: JSON.stringify({ name, type, nullable: true, metadata: {} }) };
}
