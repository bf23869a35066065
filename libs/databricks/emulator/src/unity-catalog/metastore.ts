import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JsonDocument } from '../state/json-document';
import type { SecurableOptions } from '../workspace/workspace-options';
import { PRIVILEGES, type Privilege } from './privileges';
import { isSecurableName, SECURABLE_TYPES, nameOf, type Grant, type Securable, type SecurableType } from './securables';
import type { Table, TableDetails, TableOptions } from './table-details';

interface MetastoreContent {
  securables: Securable[];
  grants: Grant[];
}

/** Asked for a securable that cannot be: a bad name, or a parent that is not there. */
export class InvalidSecurable extends Error {
  override readonly name = 'InvalidSecurable';
}

const DEFAULT_READERS: readonly string[] = ['admins', 'engineers', 'analysts'];
const securableType = { type: 'string' as const, enum: [...SECURABLE_TYPES] };
const text = { type: 'string' } as const;

/** What exists in Unity Catalog and who may use it. Volumes are folders; mounts are volumes that point elsewhere. */
export class Metastore {
  private readonly mounted = new Map<string, { securable: Securable; directory: string }>();

  private constructor(
    private readonly document: JsonDocument<MetastoreContent>,
    private readonly volumesDirectory: string,
    private readonly tablesDirectory: string,
    private readonly owner: string,
  ) {}

  static async open(stateDirectory: string, owner: string): Promise<Metastore> {
    const document = await JsonDocument.open<MetastoreContent>(
      join(stateDirectory, 'workspace', 'unity-catalog.json'),
      {
        // Version 1 knew three privileges only.
        version: 2,
        schema: {
          type: 'object',
          required: ['securables', 'grants'],
          properties: {
            securables: {
              type: 'array',
              items: {
                type: 'object',
                required: ['type', 'fullName', 'id', 'comment', 'owner', 'createdAt', 'createdBy'],
                properties: {
                  type: securableType,
                  fullName: text,
                  id: text,
                  comment: text,
                  owner: text,
                  createdAt: { type: 'integer' },
                  createdBy: text,
                  volumeType: { type: 'string', enum: ['MANAGED', 'EXTERNAL'], nullable: true },
                  properties: { type: 'object', required: [], additionalProperties: text, nullable: true },
                  details: { type: 'string', nullable: true },
                },
              },
            },
            grants: {
              type: 'array',
              items: {
                type: 'object',
                required: ['type', 'fullName', 'principal', 'privileges'],
                properties: {
                  type: securableType,
                  fullName: text,
                  principal: text,
                  privileges: { type: 'array', items: { type: 'string', enum: PRIVILEGES } },
                },
              },
            },
          },
        },
        create: () => ({ securables: [], grants: [] }),
      },
    );
    return new Metastore(document, join(stateDirectory, 'volumes'), join(stateDirectory, 'tables'), owner);
  }

  find(type: SecurableType, fullName: string): Securable | undefined {
    const wanted = fullName.toLowerCase();
    return this.all(type).find((securable) => securable.fullName.toLowerCase() === wanted);
  }

  /** Direct children (of nothing: the catalogs), ordered by name without case. */
  children(type: SecurableType, parent: string | undefined): readonly Securable[] {
    const prefix = parent === undefined ? '' : `${parent.toLowerCase()}.`;
    return this.all(type)
      .filter((securable) => {
        const fullName = securable.fullName.toLowerCase();
        return fullName.startsWith(prefix) && !fullName.slice(prefix.length).includes('.');
      })
      .sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  }

  grants(): readonly Grant[] {
    return this.document.read().grants;
  }

  /** What is granted on a securable itself, by principal; nothing inherited. */
  grantsOn({ type, fullName }: Pick<Securable, 'type' | 'fullName'>): readonly Grant[] {
    return this.document.read().grants.filter((grant) => grant.type === type && grant.fullName === fullName);
  }

  /** Adds privileges to what the principal already has on the securable. */
  async grant(securable: Securable, principal: string, privileges: readonly Privilege[]): Promise<void> {
    const held = this.heldBy(principal, securable);
    await this.hold(securable, principal, [...held, ...privileges.filter((privilege) => !held.includes(privilege))]);
  }

  /** Takes privileges away, all when none are named. What is inherited stays. */
  async revokeGrant(securable: Securable, principal: string, privileges?: readonly Privilege[]): Promise<void> {
    const kept = privileges === undefined ? [] : this.heldBy(principal, securable);
    await this.hold(
      securable,
      principal,
      kept.filter((privilege) => privileges?.includes(privilege) !== true),
    );
  }

  private heldBy(principal: string, securable: Securable): readonly Privilege[] {
    return this.grantsOn(securable).flatMap((grant) => (grant.principal === principal ? grant.privileges : []));
  }

  private async hold(securable: Securable, principal: string, privileges: readonly Privilege[]): Promise<void> {
    const { type, fullName } = securable;
    const { securables, grants } = this.document.read();
    const others = grants.filter(
      (grant) => grant.type !== type || grant.fullName !== fullName || grant.principal !== principal,
    );
    const held = privileges.length === 0 ? [] : [{ type, fullName, principal, privileges }];
    await this.document.write({ securables, grants: [...others, ...held] });
  }

  /** The real folder of a volume, and whether it may ever be written to. */
  directoryOf(volume: Securable): { directory: string; readOnly: boolean } {
    const mount = this.mounted.get(volume.fullName.toLowerCase());
    if (mount !== undefined) return { directory: mount.directory, readOnly: true };
    return { directory: join(this.volumesDirectory, ...volume.fullName.split('.')), readOnly: false };
  }

  async createCatalog(catalog: string, options: SecurableOptions = {}): Promise<void> {
    await this.create('CATALOG', [catalog], { readers: DEFAULT_READERS, ...options });
  }

  async createSchema(catalog: string, schema: string, options: SecurableOptions = {}): Promise<void> {
    if (this.find('CATALOG', catalog) === undefined) throw new InvalidSecurable(`Catalog '${catalog}' does not exist`);
    await this.create('SCHEMA', [catalog, schema], options);
  }

  async createVolume(catalog: string, schema: string, volume: string, options: SecurableOptions = {}): Promise<string> {
    if (this.find('SCHEMA', `${catalog}.${schema}`) === undefined) {
      throw new InvalidSecurable(`Schema '${catalog}.${schema}' does not exist`);
    }
    const { directory } = this.directoryOf(await this.create('VOLUME', [catalog, schema, volume], options));
    await mkdir(directory, { recursive: true });
    return directory;
  }

  /**
   * Makes a table or view. Of a managed one the folder is made and empty: its maker writes the Delta log into it. Throws
   * InvalidSecurable when it is there, has a bad name or location, or the schema is not there.
   */
  async createTable(fullName: string, details: TableDetails, options: TableOptions = {}): Promise<Table> {
    const [catalog = '', schema = '', name = '', ...rest] = fullName.split('.');
    if (rest.length > 0) throw new InvalidSecurable(`'${fullName}' is no full name of a table`);
    if (this.find('SCHEMA', `${catalog}.${schema}`) === undefined) {
      throw new InvalidSecurable(`Schema '${catalog}.${schema}' does not exist`);
    }
    if (this.find('TABLE', fullName) !== undefined) throw new InvalidSecurable(`Table '${fullName}' already exists`);
    const made = await this.create('TABLE', [catalog, schema, name], options, {
      details: JSON.stringify(details),
      ...(options.owner === undefined ? {} : { owner: options.owner, createdBy: options.owner }),
      ...(options.properties === undefined ? {} : { properties: options.properties }),
    });
    const table = asTable(made);
    const directory = this.directoryOfTable(table);
    if (details.tableType === 'MANAGED' && directory !== undefined) await mkdir(directory, { recursive: true });
    return table;
  }

  /** Forgets a table with what is granted on it; the files of a managed one are gone, of an external one they stay. */
  async dropTable(table: Table): Promise<void> {
    const { securables, grants } = this.document.read();
    await this.document.write({
      securables: securables.filter(({ id }) => id !== table.id),
      grants: grants.filter((grant) => grant.type !== 'TABLE' || grant.fullName !== table.fullName),
    });
    const directory = this.directoryOfTable(table);
    if (table.details.tableType === 'MANAGED' && directory !== undefined) {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** A table or view by its full name, without case. */
  tableOf(fullName: string): Table | undefined {
    const found = this.find('TABLE', fullName);
    return found === undefined ? undefined : asTable(found);
  }

  /** The real folder of a table; undefined for views, and when its location is nowhere in this workspace. */
  directoryOfTable(table: Table): string | undefined {
    const { tableType, location } = table.details;
    if (tableType === 'VIEW') return undefined;
    if (tableType === 'MANAGED') return join(this.tablesDirectory, table.id);
    const [, root, catalog, schema, volume, ...path] = location?.split('/') ?? [];
    const found = root === 'Volumes' ? this.find('VOLUME', `${catalog}.${schema}.${volume}`) : undefined;
    return found === undefined ? undefined : join(this.directoryOf(found).directory, ...path);
  }

  /** Shows a folder as a volume until the workspace stops; readable for whoever may use the schema's volumes. */
  mount(catalog: string, schema: string, volume: string, directory: string): void {
    const securable = this.newSecurable('VOLUME', [catalog, schema, volume], { comment: 'Mounted folder, read-only' });
    this.mounted.set(securable.fullName.toLowerCase(), { securable, directory });
  }

  settle(): Promise<void> {
    return this.document.settle();
  }

  private all(type: SecurableType): readonly Securable[] {
    const stored = this.document.read().securables.filter((securable) => securable.type === type);
    if (type !== 'VOLUME' || this.mounted.size === 0) return stored;
    const mounts = [...this.mounted.values()].map(({ securable }) => securable);
    return [...stored.filter(({ fullName }) => !this.mounted.has(fullName.toLowerCase())), ...mounts];
  }

  private async create(
    type: SecurableType,
    parts: readonly string[],
    options: SecurableOptions,
    more: Partial<Securable> = {},
  ): Promise<Securable> {
    const existing = this.find(type, parts.join('.'));
    if (existing !== undefined) return existing;
    const securable = { ...this.newSecurable(type, parts, options), ...more };
    const { securables, grants } = this.document.read();
    const fresh = (options.readers ?? []).map((principal): Grant => ({
      type,
      fullName: securable.fullName,
      principal,
      privileges: ['USE_CATALOG', 'USE_SCHEMA', 'READ_VOLUME'],
    }));
    await this.document.write({ securables: [...securables, securable], grants: [...grants, ...fresh] });
    return securable;
  }

  private newSecurable(type: SecurableType, parts: readonly string[], { comment = '' }: SecurableOptions): Securable {
    const bad = parts.find((part) => !isSecurableName(part));
    if (bad !== undefined) {
      throw new InvalidSecurable(`'${bad}' is no name for a ${type.toLowerCase()}: use letters, digits, _ and -`);
    }
    return {
      type,
      // The platform stores names in lower case.
      fullName: parts.join('.').toLowerCase(),
      id: randomUUID(),
      comment,
      owner: this.owner,
      createdAt: Date.now(),
      createdBy: this.owner,
      ...(type === 'VOLUME' ? { volumeType: 'MANAGED' } : {}),
    };
  }
}

function asTable(securable: Securable): Table {
  return { ...securable, type: 'TABLE', details: JSON.parse(securable.details ?? '{}') as TableDetails };
}

export function sortKey(securable: Securable): string {
  return nameOf(securable).toLowerCase();
}
