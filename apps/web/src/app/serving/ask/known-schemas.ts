import { Service } from '@angular/core';
import { type DetectedSchemaDto } from '@lakescope/web-api';

const PREFIX = 'lakescope.serving-schema:';

/**
 * The schemas that were found in this tab, so that going back and forth does not ask for them again. Only successes: what
 * could not be found out may be found out now. A changed endpoint is another key.
 */
@Service()
export class KnownSchemas {
  of(endpoint: string, updatedAt: string | null): DetectedSchemaDto | undefined {
    try {
      const text = sessionStorage.getItem(keyOf(endpoint, updatedAt));
      const value: unknown = text === null ? undefined : JSON.parse(text);
      return isSchema(value) && value.endpoint_name === endpoint ? value : undefined;
    } catch {
      // Storage is forbidden, or something else wrote there: it is then detected again.
      return undefined;
    }
  }

  keep(schema: DetectedSchemaDto, updatedAt: string | null): void {
    if (schema.status !== 'SUCCESS') return;
    try {
      sessionStorage.setItem(keyOf(schema.endpoint_name, updatedAt), JSON.stringify(schema));
    } catch {
      // Storage is forbidden or full: the schema then lives as long as the page.
    }
  }

  forget(endpoint: string, updatedAt: string | null): void {
    try {
      sessionStorage.removeItem(keyOf(endpoint, updatedAt));
    } catch {
      // Where nothing can be stored there is nothing to forget.
    }
  }
}

function keyOf(endpoint: string, updatedAt: string | null): string {
  return `${PREFIX}${JSON.stringify([endpoint, updatedAt])}`;
}

function isSchema(value: unknown): value is DetectedSchemaDto {
  if (typeof value !== 'object' || value === null) return false;
  const { status, schema, endpoint_name: name } = value as Record<string, unknown>;
  return status === 'SUCCESS' && typeof schema === 'object' && schema !== null && typeof name === 'string';
}
