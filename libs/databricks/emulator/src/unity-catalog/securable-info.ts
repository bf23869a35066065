import type {
  CatalogInfo,
  ExternalLocationInfo,
  FunctionInfo,
  ModelVersionInfo,
  RegisteredModelInfo,
  SchemaInfo,
  SecurableInfo,
  StorageCredentialInfo,
  TableInfo,
  VolumeInfo,
} from '@lakescope/databricks-wire';
import { placeOf } from './external-place';
import { storageCredentialDetails } from './external-places';
import { functionDetailsOf } from './function-details';
import { modelDetailsOf, type ModelDetails, type ModelVersion } from './model-details';
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

  /** Aliases only where they are asked for. */
  model(model: Securable, browseOnly = false, aliases?: ModelDetails['aliases']): RegisteredModelInfo {
    if (browseOnly) return { ...this.glimpse(model), ...parentsOf(model) };
    return {
      ...this.common(model),
      ...parentsOf(model),
      securable_type: 'FUNCTION',
      storage_location: this.places.locationOfModel(model.id),
      ...(aliases !== undefined && { aliases: aliases.map(aliasInfo) }),
    };
  }

  modelVersion(model: Securable, version: ModelVersion, withAliases = false): ModelVersionInfo {
    const aliases = modelDetailsOf(model).aliases.filter((alias) => alias.version === version.version);
    return {
      ...parentsOf(model),
      model_name: nameOf(model),
      version: version.version,
      id: version.id,
      status: version.status,
      source: version.source,
      ...(version.runId !== undefined && { run_id: version.runId }),
      storage_location: this.places.locationOfModel(model.id, version.version),
      ...(withAliases && { aliases: aliases.map(aliasInfo) }),
      comment: version.comment,
      metastore_id: this.metastoreId,
      created_at: version.createdAt,
      created_by: version.createdBy,
      updated_at: version.updatedAt,
      updated_by: version.updatedBy,
    };
  }

  externalLocation(location: Securable, browseOnly = false): ExternalLocationInfo {
    if (browseOnly) return this.glimpse(location);
    const { url, credentialName = '', readOnly = false } = placeOf(location);
    return {
      ...this.common(location),
      url,
      credential_name: credentialName,
      read_only: readOnly,
      isolation_mode: 'ISOLATION_MODE_OPEN',
      fallback: false,
    };
  }

  storageCredential(credential: Securable): StorageCredentialInfo {
    const { roleArn, readOnly = false } = storageCredentialDetails(credential);
    return {
      ...this.common(credential),
      id: credential.id,
      aws_iam_role: { role_arn: roleArn, external_id: this.metastoreId },
      read_only: readOnly,
      used_for_managed_storage: false,
      isolation_mode: 'ISOLATION_MODE_OPEN',
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

function aliasInfo({ name, version }: ModelDetails['aliases'][number]) {
  return { alias_name: name, version_num: version };
}

function without(info: SecurableInfo, userNames: boolean): SecurableInfo {
  if (!userNames) return info;
  const { owner: _owner, created_by: _createdBy, updated_by: _updatedBy, ...rest } = info;
  return rest;
}
