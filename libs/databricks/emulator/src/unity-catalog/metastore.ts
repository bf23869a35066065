import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../state/error-code';
import type { SecurableOptions } from '../workspace/workspace-options';
import { CatalogStore } from './catalog-store';
import { InvalidSecurable, SecurableExists } from './metastore-errors';
import { newFullName, newNameParts } from './new-names';
import { READER, type Privilege } from './privileges';
import { folderOf } from './securable-index';
import { levelsTo, parentOf, type Grant, type Securable, type SecurableName, type SecurableType } from './securables';
import { StoragePlaces } from './storage-places';
import { asTable, type Table, type TableDetails, type TableOptions } from './table-details';

export { InvalidSecurable, SecurableExists } from './metastore-errors';

/** Set when something is made. The owner is a user name, client id or group and defaults to the workspace's admin. */
export type NewSecurable = Partial<
  Pick<Securable, 'comment' | 'owner' | 'properties' | 'volumeType' | 'tableType' | 'folder' | 'details' | 'id'>
>;

/** What may change while name and place stay. */
export type SecurableUpdate = Partial<Pick<Securable, 'comment' | 'owner' | 'properties' | 'details'>>;

const DEFAULT_READERS: readonly string[] = ['admins', 'engineers', 'analysts'];

/** What exists in Unity Catalog and who may use it. Volumes are folders; mounts are volumes that point elsewhere. */
export class Metastore {
  readonly places: StoragePlaces;
  /** Folders of what was dropped, until they are gone. */
  private readonly removing = new Set<string>();

  private constructor(
    private readonly store: CatalogStore,
    private readonly stateDirectory: string,
    private readonly owner: string,
  ) {
    this.places = new StoragePlaces(store.index, stateDirectory);
  }

  static async open(stateDirectory: string, owner: string): Promise<Metastore> {
    return new Metastore(await CatalogStore.open(join(stateDirectory, 'workspace')), stateDirectory, owner);
  }

  find(type: SecurableType, fullName: string): Securable | undefined {
    return this.store.index.find(type, fullName);
  }

  findById(id: string): Securable | undefined {
    return this.store.index.findById(id);
  }

  /** Direct children (of nothing: the catalogs), ordered by name. */
  children(type: SecurableType, parent?: string): readonly Securable[] {
    return this.store.index.children(type, parent);
  }

  /** Everything of a type, by full name. */
  all(type: SecurableType): readonly Securable[] {
    return [...this.store.index.all(type)].sort((one, other) => (one.fullName < other.fullName ? -1 : 1));
  }

  /** At most `limit` children after a name; `more` when there are further ones. */
  page(
    type: SecurableType,
    parent: string | undefined,
    after: string | undefined,
    limit: number,
  ): { readonly items: readonly Securable[]; readonly more: boolean } {
    return this.store.index.page(type, parent, after, limit);
  }

  /** What is granted on a securable itself, by principal; nothing inherited. */
  grantsOn(securable: SecurableName): readonly Grant[] {
    return this.store.index.grantsOn(securable);
  }

  /** Adds privileges to what the principal already has on the securable. */
  async grant(securable: SecurableName, principal: string, privileges: readonly Privilege[]): Promise<void> {
    const held = this.heldBy(principal, securable);
    await this.hold(securable, principal, [...held, ...privileges.filter((privilege) => !held.includes(privilege))]);
  }

  /** Takes privileges away, all when none are named. What is inherited stays. */
  async revokeGrant(securable: SecurableName, principal: string, privileges?: readonly Privilege[]): Promise<void> {
    const kept = privileges === undefined ? [] : this.heldBy(principal, securable);
    await this.hold(
      securable,
      principal,
      kept.filter((privilege) => privileges?.includes(privilege) !== true),
    );
  }

  /** The real folder of a volume, and whether it may ever be written to. */
  directoryOf(volume: Securable): { directory: string; readOnly: boolean } {
    return { directory: this.places.ofVolume(volume), readOnly: this.places.isReadOnly(volume) };
  }

  async createCatalog(catalog: string, options: SecurableOptions = {}): Promise<void> {
    await this.seed('CATALOG', [catalog], { readers: DEFAULT_READERS, ...options });
  }

  async createSchema(catalog: string, schema: string, options: SecurableOptions = {}): Promise<void> {
    await this.seed('SCHEMA', [catalog, schema], options);
  }

  async createVolume(catalog: string, schema: string, volume: string, options: SecurableOptions = {}): Promise<string> {
    return this.directoryOf(await this.seed('VOLUME', [catalog, schema, volume], options)).directory;
  }

  /** Makes something new. Throws InvalidSecurable for a bad name or a missing parent, SecurableExists when it is there. */
  async create(type: SecurableType, fullName: string, options: NewSecurable = {}): Promise<Securable> {
    this.checkNew(type, fullName);
    const isManaged = type === 'VOLUME' && options.volumeType !== 'EXTERNAL';
    const folder = isManaged ? await this.newVolumeFolder(fullName.toLowerCase()) : {};
    // Somebody else may have been faster while the folder was made.
    this.checkNew(type, fullName);
    const made = this.newSecurable(type, fullName, { ...folder, ...options });
    await this.store.change({ put: made });
    return made;
  }

  /**
   * Makes a table or view. Of a managed one the folder is made and `options.write` puts the Delta log into it. Throws
   * SecurableExists when it is there, InvalidSecurable when it has a bad name or the schema is not there.
   */
  async createTable(fullName: string, details: TableDetails, options: TableOptions = {}): Promise<Table> {
    const { write, ...described } = options;
    this.checkNew('TABLE', fullName);
    const id = randomUUID();
    const directory = details.tableType === 'MANAGED' ? this.places.ofManagedTable(id) : undefined;
    try {
      if (directory !== undefined) {
        await mkdir(directory, { recursive: true });
        await write?.(directory);
      }
      const { tableType } = details;
      const kind = { id, tableType, details: JSON.stringify(details) };
      return asTable(await this.create('TABLE', fullName, { ...described, ...kind }));
    } catch (error) {
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Forgets a table with what is granted on it; the files of a managed one are gone, of an external one they stay. */
  async dropTable(table: Pick<Table, 'type' | 'fullName'>): Promise<void> {
    await this.drop(table);
  }

  /** A table or view by its full name, without case. */
  tableOf(fullName: string): Table | undefined {
    const found = this.find('TABLE', fullName);
    return found === undefined ? undefined : asTable(found);
  }

  /** The real folder of a table; undefined for views, and when its location is nowhere in this workspace. */
  directoryOfTable(table: Pick<Table, 'id' | 'details'>): string | undefined {
    return this.places.ofTable(table);
  }

  /** Of a table, as clients see it; undefined for views. */
  locationOfTable(table: Securable): string | undefined {
    return this.places.locationOf(asTable(table));
  }

  /** Changes what it says about itself, in the name of who did it. */
  async update(securable: Securable, update: SecurableUpdate, updatedBy: string): Promise<Securable> {
    const changed = { ...securable, ...update, updatedAt: Date.now(), updatedBy };
    await this.store.change({ put: changed });
    return changed;
  }

  /** Gives it another name below the same parent; what lies in it and what is granted on it come along. */
  async rename(securable: Securable, name: string, updatedBy: string): Promise<Securable> {
    const { type, fullName } = securable;
    const parent = parentOf(securable);
    const to = `${parent === '' ? '' : `${parent}.`}${name}`.toLowerCase();
    this.checkNew(type, to);
    const renamed = { updatedAt: Date.now(), updatedBy, fullName: to };
    await this.store.change({ put: { ...securable, ...renamed, fullName } }, { rename: { type, fullName, to } });
    return this.find(type, to) ?? { ...securable, ...renamed };
  }

  /** Removes it with everything in it. Files of volumes and managed tables are gone, mounted folders stay. */
  async drop(dropped: SecurableName): Promise<void> {
    const directories = this.places.ownedBelow(dropped);
    for (const directory of directories) this.removing.add(directory);
    await this.store.change({ drop: { type: dropped.type, fullName: dropped.fullName } });
    try {
      for (const directory of directories) await rm(directory, { recursive: true, force: true });
    } finally {
      for (const directory of directories) this.removing.delete(directory);
    }
  }

  /** Shows a folder as a volume until the workspace stops; readable for whoever may use the schema's volumes. */
  mount(catalog: string, schema: string, volume: string, directory: string): void {
    const fullName = newFullName('VOLUME', [catalog, schema, volume]);
    const securable = this.newSecurable('VOLUME', fullName, { comment: 'Mounted folder, read-only' });
    this.places.mount(securable, directory);
    this.store.index.apply({ put: securable });
  }

  /** Makes the metastore itself something that rights can be granted on; its full name is its id. */
  describe(metastoreId: string, name: string): void {
    this.store.index.apply({ put: this.newSecurable('METASTORE', metastoreId, { id: metastoreId, comment: name }) });
  }

  settle(): Promise<void> {
    return this.store.settle();
  }

  private heldBy(principal: string, securable: SecurableName): readonly Privilege[] {
    return this.grantsOn(securable).flatMap((grant) => (grant.principal === principal ? grant.privileges : []));
  }

  private hold(securable: SecurableName, principal: string, privileges: readonly Privilege[]): Promise<void> {
    const { type, fullName } = securable;
    return this.store.change({ grant: { type, fullName, principal, privileges } });
  }

  /** What the launcher and tests put there, once. */
  private async seed(type: SecurableType, parts: readonly string[], options: SecurableOptions): Promise<Securable> {
    const fullName = newFullName(type, parts);
    const existing = this.find(type, fullName);
    if (existing !== undefined) return existing;
    const { readers = [], comment = '' } = options;
    const made = await this.create(type, fullName, { comment }).catch((error: unknown) => {
      // Somebody else was faster: then it is there, as asked for.
      const other = error instanceof SecurableExists ? this.find(type, fullName) : undefined;
      if (other === undefined) throw error;
      return other;
    });
    await Promise.all(readers.map((principal) => this.grant(made, principal, READER)));
    return made;
  }

  private checkNew(type: SecurableType, fullName: string): void {
    const parts = newNameParts(type, fullName);
    levelsTo(type).forEach((level, index) => {
      const name = parts.slice(0, index + 1).join('.');
      const found = this.find(level, name);
      if (index < parts.length - 1 && found === undefined) {
        throw new InvalidSecurable(`${level === 'CATALOG' ? 'Catalog' : 'Schema'} '${name}' does not exist`);
      }
      if (index === parts.length - 1 && found !== undefined) throw new SecurableExists(type, found.fullName);
    });
  }

  private newSecurable(type: SecurableType, fullName: string, options: NewSecurable): Securable {
    const owner = options.owner ?? this.owner;
    return {
      type,
      fullName: fullName.toLowerCase(),
      id: randomUUID(),
      comment: '',
      createdAt: Date.now(),
      createdBy: owner,
      ...(type === 'VOLUME' ? { volumeType: 'MANAGED' } : {}),
      ...options,
      owner,
    };
  }

  /** The folder of its own name, unless something else is there: a renamed volume, or what a crash kept of a dropped one. */
  private async newVolumeFolder(fullName: string): Promise<Pick<Securable, 'folder'>> {
    const folder = fullName.replaceAll('.', '/');
    const directory = join(this.stateDirectory, 'volumes', folder);
    const taken = [...this.store.index.all('VOLUME')].some((other) => folderOf(other) === folder);
    if (taken || this.removing.has(directory) || (await isFilled(directory))) {
      const other = randomUUID();
      await mkdir(join(this.stateDirectory, 'volumes', other), { recursive: true });
      return { folder: other };
    }
    await mkdir(directory, { recursive: true });
    return {};
  }
}

async function isFilled(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length > 0;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
