import type { ColumnInfo } from '@lakescope/databricks-wire';
import { invalidParameter } from '../http/refusals';
import { fieldsOf, nameField, propertiesField, requiredField, textField } from './catalog-request';
import { columnsField } from './column-request';

export interface TableRequest {
  readonly name: string;
  /** `catalog.schema` */
  readonly schemaName: string;
  readonly tableType: 'EXTERNAL' | 'MANAGED';
  readonly format: 'DELTA';
  readonly location: string;
  readonly columns: readonly ColumnInfo[];
  readonly comment: string;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Body of `POST /tables`. The platform takes only EXTERNAL Delta tables by this call; here MANAGED ones are taken too, so
 * that tests need no engine to have one.
 */
export function tableRequest(body: unknown): TableRequest {
  const fields = fieldsOf(body);
  const name = nameField(fields, 'TABLE');
  const schemaName = `${requiredField(fields, 'catalog_name')}.${requiredField(fields, 'schema_name')}`;
  const tableType = requiredField(fields, 'table_type');
  if (tableType !== 'EXTERNAL' && tableType !== 'MANAGED') {
    throw invalidParameter(`Only tables of type EXTERNAL can be created by this API, got "${tableType.slice(0, 100)}"`);
  }
  const format = requiredField(fields, 'data_source_format');
  if (format !== 'DELTA') {
    throw invalidParameter(`Only the data source format DELTA is supported, got "${format.slice(0, 100)}"`);
  }
  const columns = columnsField(fields.get('columns'));
  if (tableType === 'MANAGED' && columns.length === 0) throw invalidParameter('Missing required field: columns');
  const location = tableType === 'EXTERNAL' ? requiredField(fields, 'storage_location') : '';
  return {
    ...{ name, schemaName, tableType, format, location, columns },
    comment: textField(fields, 'comment') ?? '',
    properties: propertiesField(fields) ?? {},
  };
}
