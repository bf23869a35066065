import { Service } from '@angular/core';
import { type DetectedSchemaDto } from '@lakescope/web-api';

const PREFIX = 'lakescope.serving-schema:';

/** Whose schema, and of what: what one person may see is not for the next one in this tab, and a changed endpoint is another one. */
export interface SchemaKey {
  readonly user: string;
  readonly endpoint: string;
  readonly updatedAt: string | null;
}

/**
 * The schemas that were found in this tab, so that going back and forth does not ask for them again. Only successes: what
 * could not be found out may be found out now.
 */
@Service()
export class KnownSchemas {
  of(key: SchemaKey): DetectedSchemaDto | undefined {
    try {
      const text = sessionStorage.getItem(textOf(key));
      const value: unknown = text === null ? undefined : JSON.parse(text);
      return isSchema(value) && value.endpoint_name === key.endpoint ? value : undefined;
    } catch {
      // Storage is forbidden, or something else wrote there: it is then detected again.
      return undefined;
    }
  }

  keep(schema: DetectedSchemaDto, key: SchemaKey): void {
    if (schema.status !== 'SUCCESS') return;
    try {
      sessionStorage.setItem(textOf(key), JSON.stringify(schema));
    } catch {
      // Storage is forbidden or full: the schema then lives as long as the page.
    }
  }

  forget(key: SchemaKey): void {
    try {
      sessionStorage.removeItem(textOf(key));
    } catch {
      // Where nothing can be stored there is nothing to forget.
    }
  }
}

function textOf({ user, endpoint, updatedAt }: SchemaKey): string {
  return `${PREFIX}${JSON.stringify([user, endpoint, updatedAt])}`;
}

function isSchema(value: unknown): value is DetectedSchemaDto {
  if (typeof value !== 'object' || value === null) return false;
  const { status, schema, endpoint_name: name } = value as Record<string, unknown>;
  return status === 'SUCCESS' && typeof schema === 'object' && schema !== null && typeof name === 'string';
}
