import { SCHEMA_NAME } from '@lakescope/server-config';

/** A schema of Unity Catalog by its full name, `catalog.schema`. The first dot is the one between them. */
export class SchemaName {
  private constructor(
    readonly catalog: string,
    readonly schema: string,
  ) {}

  /** Undefined when the text is no such name. */
  static parse(text: string): SchemaName | undefined {
    if (!SCHEMA_NAME.test(text)) return undefined;
    const dot = text.indexOf('.');
    return new SchemaName(text.slice(0, dot), text.slice(dot + 1));
  }

  toString(): string {
    return `${this.catalog}.${this.schema}`;
  }
}
