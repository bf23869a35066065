import type { TableName } from '../engine-catalog';
import { tableNotFound } from '../failures/catalog-failures';
import type { Session } from '../language/statement-scope';

/** A name with the session's catalog and schema where it has none of its own. */
export function resolveName(parts: readonly string[], session: Session, place = ''): TableName {
  const [first, second, third, ...more] = parts;
  if (first === undefined || more.length > 0) throw tableNotFound(parts, place);
  if (second === undefined) return { catalog: session.catalog, schema: session.schema, table: first };
  if (third === undefined) return { catalog: session.catalog, schema: first, table: second };
  return { catalog: first, schema: second, table: third };
}

export function partsOf({ catalog, schema, table }: TableName): [string, string, string] {
  return [catalog, schema, table];
}
