import { DatabricksClients, PlatformError, type DatabricksClient } from '@lakescope/databricks-client';
import { UnityCatalogConfig } from '@lakescope/server-config';
import {
  grantLine,
  PermissionProbes,
  type PermissionFinding,
  type PermissionProbe,
  type UserCaller,
} from '@lakescope/server-http';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** The next level is tried in so many places of this one: a catalog of the platform's own often has nothing to show. */
const PLACES = 3;
/** Of a long list the beginning is looked at; whoever sees so many may browse. */
const LISTED = 100;
const AT_ONCE = { retry: { delaysMs: [], budgetMs: 0, waitWhenRateLimited: false } };

type Name = readonly string[];

/**
 * Whether the caller may browse: catalogs, schemas, volumes and files, each in what was found above it. Lists of the platform leave out
 * what somebody may not use, so a list without anything is the refusal, and the grant that fills it is one level up.
 */
@Injectable()
export class BrowsePermissions implements OnModuleInit {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly config: UnityCatalogConfig,
    private readonly probes: PermissionProbes,
  ) {}

  onModuleInit(): void {
    for (const probe of [this.catalogs, this.schemas, this.volumes, this.files]) this.probes.register(probe);
  }

  private readonly catalogs: PermissionProbe = {
    feature: 'browse_catalogs',
    title: 'Browse catalogs',
    page: '/files',
    runsAs: 'user',
    scopes: ['unity-catalog'],
    check: async (caller, signal) => {
      const { unityCatalog } = this.databricks.asUser(caller);
      const { items } = await unityCatalog.listCatalogsPage({ signal, maxResults: LISTED, ...AT_ONCE });
      const named = items.flatMap(({ name, browse_only }) => (name === undefined || browse_only ? [] : [name]));
      if (named.length > 0) return { state: 'allowed', places: this.mainFirst(named, this.config.catalog) };
      const catalog = this.config.catalog ?? items[0]?.name ?? '<catalog>';
      return lacking(caller, 'Unity Catalog shows you no catalog.', 'USE CATALOG', 'CATALOG', [catalog]);
    },
  };

  private readonly schemas: PermissionProbe = {
    feature: 'browse_schemas',
    title: 'Browse schemas',
    page: '/files',
    runsAs: 'user',
    scopes: ['unity-catalog'],
    needs: 'browse_catalogs',
    check: async (caller, signal, catalogs) => {
      const { unityCatalog } = this.databricks.asUser(caller);
      const found = await inEach(catalogs, async (catalog) => {
        const { items } = await unityCatalog.listSchemasPage(catalog, { signal, maxResults: LISTED, ...AT_ONCE });
        const named = items.flatMap(({ name, browse_only }) => (name === undefined || browse_only ? [] : [name]));
        const usable = named.filter((name) => name !== 'information_schema');
        return this.mainFirst(usable, this.config.schema).map((name) => JSON.stringify([catalog, name]));
      });
      if (found.length > 0) return { state: 'allowed', places: found };
      const [catalog = ''] = catalogs;
      return lacking(caller, `Unity Catalog shows you no schema in ${catalog}.`, 'USE SCHEMA', 'CATALOG', [catalog]);
    },
  };

  private readonly volumes: PermissionProbe = {
    feature: 'browse_volumes',
    title: 'Browse volumes',
    page: '/files',
    runsAs: 'user',
    scopes: ['unity-catalog'],
    needs: 'browse_schemas',
    check: async (caller, signal, schemas) => {
      const { unityCatalog } = this.databricks.asUser(caller);
      const found = await inEach(schemas, async (schema) => {
        const [catalog, name] = nameOf(schema);
        const options = { signal, maxResults: LISTED, ...AT_ONCE };
        const { items } = await unityCatalog.listVolumesPage(catalog, name, options);
        return items.flatMap((volume) =>
          volume.name === undefined || volume.browse_only ? [] : [JSON.stringify([catalog, name, volume.name])],
        );
      });
      if (found.length > 0) return { state: 'allowed', places: found };
      const [schema = '[]'] = schemas;
      const place = nameOf(schema);
      const reason = `Unity Catalog shows you no volume in ${place.join('.')}; if there is one, you may not read it.`;
      return lacking(caller, reason, 'READ VOLUME', 'SCHEMA', place);
    },
  };

  private readonly files: PermissionProbe = {
    feature: 'browse_files',
    title: 'Browse files',
    page: '/files',
    runsAs: 'user',
    scopes: ['files'],
    needs: 'browse_volumes',
    check: async (caller, signal, volumes) => {
      const { files } = this.databricks.asUser(caller);
      const readable: string[] = [];
      const refused: string[] = [];
      for (const volume of volumes) {
        const path = `/Volumes/${nameOf(volume).join('/')}`;
        if (await mayList(files, path, signal)) readable.push(path);
        else refused.push(volume);
      }
      if (readable.length > 0) return { state: 'allowed', places: readable };
      const volume = nameOf(refused[0] ?? '[]');
      return lacking(caller, `You may not read the volume ${volume.join('.')}.`, 'READ VOLUME', 'VOLUME', volume);
    },
  };

  /** What the app is mainly used with comes first, if it is there at all. */
  private mainFirst(names: readonly string[], main: string | undefined): string[] {
    const first = names.filter((name) => name === main);
    return [...first, ...names.filter((name) => name !== main)].slice(0, PLACES);
  }
}

function lacking(caller: UserCaller, reason: string, privilege: string, type: string, place: Name): PermissionFinding {
  return {
    state: 'denied',
    missingGrant: `${privilege} on ${type.toLowerCase()} ${place.join('.')}`,
    reason,
    fix: grantLine(privilege, type, place, caller.userId),
  };
}

/** At once in several places; a refusal in one of them counts only when no other has anything. */
async function inEach(places: readonly string[], find: (place: string) => Promise<string[]>): Promise<string[]> {
  const outcomes = await Promise.allSettled(places.map(find));
  const found = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (found.length === 0 && failure !== undefined && !isPermissionDenied(failure.reason)) throw failure.reason;
  return found.slice(0, PLACES);
}

async function mayList(files: DatabricksClient['files'], path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await files.listDirectoryPage(path, { signal, pageSize: 1, ...AT_ONCE });
    return true;
  } catch (error) {
    if (isPermissionDenied(error)) return false;
    throw error;
  }
}

function isPermissionDenied(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'permission_denied';
}

/** Names may hold any character, so places are kept as JSON and not put together with dots. */
function nameOf(place: string): [string, string, ...string[]] {
  return JSON.parse(place) as [string, string, ...string[]];
}
