import { pathToFileURL } from 'node:url';
import type { CatalogInfo, SchemaInfo, SecurableInfo, VolumeInfo } from '@lakescope/databricks-wire';
import { nameOf, type Securable } from './securables';

function common(securable: Securable, metastoreId: string): SecurableInfo {
  return {
    name: nameOf(securable),
    full_name: securable.fullName,
    comment: securable.comment,
    owner: securable.owner,
    metastore_id: metastoreId,
    securable_type: securable.type,
    browse_only: false,
    created_at: securable.createdAt,
    created_by: securable.createdBy,
    updated_at: securable.createdAt,
    updated_by: securable.createdBy,
  };
}

export function catalogInfo(catalog: Securable, metastoreId: string): CatalogInfo {
  return {
    ...common(catalog, metastoreId),
    catalog_type: 'MANAGED_CATALOG',
    isolation_mode: 'OPEN',
    properties: {},
  };
}

export function schemaInfo(schema: Securable, metastoreId: string): SchemaInfo {
  const [catalog = ''] = schema.fullName.split('.');
  return {
    ...common(schema, metastoreId),
    catalog_name: catalog,
    catalog_type: 'MANAGED_CATALOG',
    schema_id: schema.id,
    properties: {},
  };
}

export function volumeInfo(volume: Securable, metastoreId: string, directory: string): VolumeInfo {
  const [catalog = '', schema = ''] = volume.fullName.split('.');
  return {
    ...common(volume, metastoreId),
    catalog_name: catalog,
    schema_name: schema,
    volume_id: volume.id,
    volume_type: volume.volumeType ?? 'MANAGED',
    storage_location: pathToFileURL(directory).href,
  };
}
