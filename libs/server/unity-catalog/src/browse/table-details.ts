import { PlatformError } from '@lakescope/databricks-client';
import type { TableInfo } from '@lakescope/databricks-wire';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { TableNotFound } from './browse.errors';
import { explained } from './catalog-browser';
import type { CatalogSource, FoundGrants, TableName } from './catalog-source';
import { CatalogSources, type BrowseAsk } from './catalog-sources';
import { inspectorPathOf, placeInVolume } from './inspector-path';
import { CatalogTableDetailDto, type GrantsAccess } from './catalog-table-detail.dto';
import { TableGrantDto } from './table-grant.dto';
import type { AccessLevel } from './catalog-table.dto';

/** Privileges that let somebody change the rows of a table. */
const WRITING: ReadonlySet<string> = new Set(['MODIFY', 'ALL_PRIVILEGES']);
/** Volumes of the table's schema among which its place is looked for. */
const VOLUMES_LOOKED_AT = 200;

/** Puts together what is known of one table: itself, who may do what with it, and where the Delta Inspector finds it. */
@Injectable()
export class TableDetails {
  constructor(private readonly sources: CatalogSources) {}

  read(caller: UserCaller, name: TableName, ask: BrowseAsk): Promise<CatalogTableDetailDto> {
    const fullName = `${name.catalog}.${name.schema}.${name.table}`;
    return this.sources
      .ask(caller, ask, async (source) => {
        const table = await source.table(name, ask.signal).catch((error: unknown) => {
          throw isNotFound(error) ? new TableNotFound(fullName, error) : error;
        });
        const [grants, inspectorPath] = await Promise.all([
          source.grants(name, ask.signal),
          this.inspectorPath(source, name, table, ask.signal),
        ]);
        const { via } = source;
        const grantsAccess = accessOf(caller, table, grants);
        return CatalogTableDetailDto.of(table, {
          ...{ grantsAccess, inspectorPath, via },
          grants: grants.assignments
            .map((assignment) => TableGrantDto.from(assignment))
            .sort((left, right) => (left.principal < right.principal ? -1 : 1)),
          accessLevel: levelOf(caller, table, grants),
        });
      })
      .catch(
        explained(
          caller,
          `the table ${fullName}`,
          'Ask the owner of the table for SELECT on it, and of its schema for USE SCHEMA',
        ),
      );
  }

  /** A table is often found by a cloud location though it lies in a volume, whose location is then the beginning of it. */
  private async inspectorPath(
    source: CatalogSource,
    name: TableName,
    table: TableInfo,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { storage_location: location, data_source_format: format } = table;
    if (location === undefined || format?.toUpperCase() !== 'DELTA') return null;
    const direct = inspectorPathOf(location);
    if (direct !== undefined) return direct;
    try {
      const { items } = await source.volumes(name, { pageToken: undefined, size: VOLUMES_LOOKED_AT, signal });
      return placeInVolume(location, items) ?? null;
    } catch (error) {
      // Who may see the table need not see its volumes; the table is told of all the same.
      if (error instanceof PlatformError && ['permission_denied', 'not_found'].includes(error.kind)) return null;
      throw error;
    }
  }
}

/** Whether the grants are those of everybody: the platform also shows those of the caller alone without saying that it left out others. */
function accessOf(caller: UserCaller, table: TableInfo, { assignments, access }: FoundGrants): GrantsAccess {
  if (access !== 'unfiltered') return access;
  if (isOwn(caller, table.owner)) return 'effective';
  return assignments.some(({ principal }) => !isOwn(caller, principal)) ? 'effective' : 'own';
}

function levelOf(caller: UserCaller, table: TableInfo, { assignments }: FoundGrants): AccessLevel {
  if (table.browse_only === true) return 'BROWSE';
  const privileges = assignments
    .filter(({ principal }) => isOwn(caller, principal))
    .flatMap((assignment) => assignment.privileges ?? []);
  const mayWrite = isOwn(caller, table.owner) || privileges.some(({ privilege = '' }) => WRITING.has(privilege));
  return mayWrite && table.table_type !== 'VIEW' ? 'WRITE' : 'READ';
}

function isOwn(caller: UserCaller, principal: string | undefined): boolean {
  return principal !== undefined && (principal === caller.userId || caller.groups.includes(principal));
}

function isNotFound(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'not_found';
}
