import type {
  CatalogInfo,
  FunctionInfo,
  SchemaInfo,
  SecurableInfo,
  TableInfo,
  VolumeInfo,
} from '@lakescope/databricks-wire';
import { functionDetailsOf } from './function-details';
import { nameOf, type Securable } from './securables';
import type { StoragePlaces } from './storage-places';
import { asTable } from './table-details';

/** What of a table's description was not asked for. */
export interface TableOmissions {
  readonly columns?: boolean;
  readonly properties?: boolean;
  readonly userNames?: boolean;
}

/** Securables as the API shows them. Of what may only be browsed, it shows that it is there. */
export class SecurableInfos {
  constructor(
    private readonly metastoreId: string,
    private readonly places: StoragePlaces,
  ) {}

  catalog(catalog: Securable, browseOnly = false): CatalogInfo {
    const kind = { catalog_type: 'MANAGED_CATALOG' };
    if (browseOnly) return { ...this.glimpse(catalog), ...kind };
    return { ...this.common(catalog), ...kind, isolation_mode: 'OPEN', properties: { ...catalog.properties } };
  }

  schema(schema: Securable, browseOnly = false): SchemaInfo {
    const [catalog_name = ''] = schema.fullName.split('.');
    const kind = { catalog_name, catalog_type: 'MANAGED_CATALOG' };
    if (browseOnly) return { ...this.glimpse(schema), ...kind };
    return { ...this.common(schema), ...kind, schema_id: schema.id, properties: { ...schema.properties } };
  }

  volume(volume: Securable, browseOnly = false): VolumeInfo {
    const kind = { ...parentsOf(volume), volume_type: volume.volumeType ?? 'MANAGED' };
    if (browseOnly) return { ...this.glimpse(volume), ...kind };
    return {
      ...this.common(volume),
      ...kind,
      volume_id: volume.id,
      storage_location: this.places.locationOfVolume(volume),
    };
  }

  table(securable: Securable, browseOnly = false, omit: TableOmissions = {}): TableInfo {
    const table = asTable(securable);
    const { tableType, format, columns, viewDefinition } = table.details;
    const kind = {
      ...parentsOf(securable),
      table_type: tableType,
      ...(format !== undefined && { data_source_format: format }),
    };
    if (browseOnly) return { ...this.glimpse(securable), ...kind };
    const location = this.places.locationOf(table);
    return {
      ...without(this.common(securable), omit.userNames === true),
      ...kind,
      table_id: table.id,
      ...(omit.columns !== true && { columns: [...columns] }),
      ...(location !== undefined && { storage_location: location }),
      ...(viewDefinition !== undefined && { view_definition: viewDefinition }),
      ...(omit.properties !== true && { properties: { ...table.properties } }),
    };
  }

  function(securable: Securable, browseOnly = false): FunctionInfo {
    if (browseOnly) return { ...this.glimpse(securable), ...parentsOf(securable) };
    return {
      ...this.common(securable),
      ...parentsOf(securable),
      function_id: securable.id,
      ...functionDetailsOf(securable),
    };
  }

  private common(securable: Securable): SecurableInfo {
    return {
      ...this.glimpse(securable),
      comment: securable.comment,
      owner: securable.owner,
      browse_only: false,
      created_at: securable.createdAt,
      created_by: securable.createdBy,
      updated_at: securable.updatedAt ?? securable.createdAt,
      updated_by: securable.updatedBy ?? securable.createdBy,
    };
  }

  private glimpse(securable: Securable): SecurableInfo {
    return {
      name: nameOf(securable),
      full_name: securable.fullName,
      metastore_id: this.metastoreId,
      securable_type: securable.type,
      browse_only: true,
    };
  }
}

function parentsOf({ fullName }: Securable): { catalog_name: string; schema_name: string } {
  const [catalog_name = '', schema_name = ''] = fullName.split('.');
  return { catalog_name, schema_name };
}

function without(info: SecurableInfo, userNames: boolean): SecurableInfo {
  if (!userNames) return info;
  const { owner: _owner, created_by: _createdBy, updated_by: _updatedBy, ...rest } = info;
  return rest;
}
