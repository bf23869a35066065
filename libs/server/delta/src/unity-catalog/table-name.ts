import { InvalidTableRequest } from '../delta.errors';

/** Names of Unity Catalog have neither dots nor slashes nor control characters, and at most 255 characters. */
const FULL_NAME = /^([^\p{Cc}./]{1,255})\.([^\p{Cc}./]{1,255})\.([^\p{Cc}./]{1,255})$/u;

/** A table by its three names. */
export class TableName {
  private constructor(
    readonly catalog: string,
    readonly schema: string,
    readonly table: string,
  ) {}

  /** `place` is where the text stands in the request, for the error. */
  static parse(text: string | undefined, place: string): TableName {
    const [, catalog, schema, table] = FULL_NAME.exec(text ?? '') ?? [];
    if (catalog === undefined || schema === undefined || table === undefined) {
      throw new InvalidTableRequest(`${place} must be catalog.schema.table.`, [place]);
    }
    return new TableName(catalog, schema, table);
  }

  toString(): string {
    return `${this.catalog}.${this.schema}.${this.table}`;
  }
}
