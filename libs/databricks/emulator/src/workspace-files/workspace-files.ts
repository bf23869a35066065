import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { WorkspaceObjectInfo } from '@lakescope/databricks-wire';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import {
  DIRECTORIES,
  EVERYBODY,
  FILES,
  NOTEBOOKS,
  type LevelGrant,
  type ObjectAddress,
  type ObjectType,
} from '../object-permissions/object-type';
import { snapshotOf, type SnapshotFile } from './folder-snapshot';
import type { ImportRequest } from './import-request';
import { detectImport, type ImportedAs } from './notebook-source';
import type { WorkspaceObjects, WrittenContent } from './workspace-objects';
import type { StoredObject } from './workspace-objects-document';
import { nameOf, parentOf, parseWorkspacePath, type WorkspacePath } from './workspace-path';

const TYPES = { DIRECTORY: DIRECTORIES, NOTEBOOK: NOTEBOOKS, FILE: FILES } as const;

/** Folders that are always there; homes are, too. */
const PROTECTED = ['/', '/Users', '/Shared'];

/** What callers may do with the tree. Rights come from the lists of folders down: whoever may read one may read all in it. */
export class WorkspaceFiles {
  constructor(
    private readonly objects: WorkspaceObjects,
    private readonly accessControl: AccessControl,
  ) {
    for (const type of ['DIRECTORY', 'NOTEBOOK', 'FILE'] as const) accessControl.register(this.typeOf(type));
  }

  async status(caller: Principal, text: string): Promise<WorkspaceObjectInfo> {
    const { path, prefix } = await this.parse(text);
    return describe(this.locate(caller, path), prefix);
  }

  /** What lies in a folder, as far as the caller may know of it; of anything else itself. */
  async list(caller: Principal, text: string): Promise<WorkspaceObjectInfo[]> {
    const { path, prefix } = await this.parse(text);
    const found = this.locate(caller, path);
    const listed =
      found.type === 'DIRECTORY'
        ? this.objects.children(path).filter((child) => this.isVisible(caller, child))
        : [found];
    return listed.map((object) => describe(object, prefix));
  }

  async makeDirectories(caller: Principal, text: string): Promise<void> {
    const { path } = await this.parse(text);
    const nearest = this.objects.nearest(path);
    if (nearest.type !== 'DIRECTORY') throw pathExists(nearest.path);
    if (nearest.path === path) return this.requireVisible(caller, nearest);
    this.requireLevel(caller, nearest, 'CAN_MANAGE');
    const missing: string[] = [];
    for (let folder = path; folder !== nearest.path; folder = parentOf(folder)) missing.unshift(folder);
    return this.objects.makeDirectories(missing, caller.name);
  }

  async import(caller: Principal, request: ImportRequest): Promise<void> {
    const { path } = await this.parse(request.path);
    const as = importedAs(path, request);
    this.mayPut(caller, as, request.overwrite, nodeExists);
    await this.put(
      caller,
      as,
      request.overwrite,
      nodeExists,
      await this.objects.writeContent(request.content, Infinity),
    );
  }

  /** The bytes as they come, up to a limit; of what is there already, a file says so with another status. */
  async importFile(caller: Principal, text: string, body: Readable, overwrite: boolean, limit: number): Promise<void> {
    const { path } = await this.parse(text);
    const exists = (object: StoredObject) => (object.type === 'FILE' ? fileExists(path) : pathExists(object.path));
    this.mayPut(caller, { type: 'FILE', path }, overwrite, exists);
    const content = await this.objects.writeContent(body, limit);
    const as = await this.detect(path, content).catch(async (error: unknown) => {
      await this.objects.dropContent(content);
      throw error;
    });
    await this.put(caller, as, overwrite, exists, content);
  }

  /** What is to be exported, with its bytes; the caller closes the handle. */
  async open(caller: Principal, text: string): Promise<{ object: StoredObject; handle: FileHandle }> {
    const { path } = await this.parse(text);
    const object = this.locate(caller, path);
    if (object.type === 'DIRECTORY') {
      throw new ServiceRefusal(400, 'BAD_REQUEST', `Folder (${path}) cannot be exported from the local workspace.`);
    }
    const handle = await this.objects.openContent(object);
    // Somebody has put something else there, or removed it, since it was found.
    if (handle === undefined) throw doesNotExist(path);
    return { object, handle };
  }

  /** Everything below a folder, for somebody who may read it. */
  async snapshot(caller: Principal, text: string): Promise<SnapshotFile[]> {
    const { path } = await this.parse(text);
    const folder = this.locate(caller, path);
    if (folder.type !== 'DIRECTORY') throw invalidParameter(`Path (${path}) is no folder.`);
    this.requireLevel(caller, folder, 'CAN_READ');
    return snapshotOf(this.objects, path);
  }

  async delete(caller: Principal, text: string, recursive: boolean): Promise<void> {
    const { path } = await this.parse(text);
    const object = this.locate(caller, path);
    if (PROTECTED.includes(path) || this.objects.homeOf(path) !== undefined) {
      throw new ServiceRefusal(400, 'DIRECTORY_PROTECTED', `Folder ${nameOf(path)} is protected`);
    }
    this.requireLevel(caller, object, 'CAN_MANAGE');
    if (!recursive && this.objects.children(path).length > 0) {
      throw new ServiceRefusal(400, 'DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty`);
    }
    const gone = await this.objects.remove(path);
    await this.accessControl.forget(gone.map(addressOf));
  }

  private async parse(text: string): Promise<WorkspacePath> {
    const parsed = parseWorkspacePath(text);
    await this.objects.makeHomes();
    return parsed;
  }

  private async detect(path: string, content: WrittenContent): Promise<ImportedAs> {
    const handle = await this.objects.openContent({ content: content.name });
    if (handle === undefined) return { type: 'FILE', path };
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(200), 0, 200, 0);
      return detectImport(path, buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  }

  /** Asked before the bytes are written, and once more after: others may have been faster. */
  private mayPut(
    caller: Principal,
    { path, type }: ImportedAs,
    overwrite: boolean,
    exists: (object: StoredObject) => ServiceRefusal,
  ): void {
    const parent = this.objects.nearest(parentOf(path));
    if (path === '/') throw invalidParameter('The root of the workspace is a folder');
    const before = this.objects.find(path);
    if (before === undefined) {
      this.requireVisible(caller, parent);
      if (parent.path !== parentOf(path) || parent.type !== 'DIRECTORY') throw noParent(parentOf(path));
      return this.requireLevel(caller, parent, 'CAN_MANAGE');
    }
    this.requireLevel(caller, before, 'CAN_EDIT');
    if (!overwrite) throw exists(before);
    if (before.type !== type) {
      throw invalidParameter(
        `Cannot overwrite the asset at ${path} due to type mismatch (asked: ${type}, actual: ${before.type}).`,
      );
    }
  }

  private async put(
    caller: Principal,
    as: ImportedAs,
    overwrite: boolean,
    exists: (object: StoredObject) => ServiceRefusal,
    content: WrittenContent,
  ): Promise<void> {
    try {
      this.mayPut(caller, as, overwrite, exists);
    } catch (error) {
      await this.objects.dropContent(content);
      throw error;
    }
    await this.objects.save(as, content, caller.name);
  }

  /** The object, for somebody who may know of it. Below a folder the caller may not see nothing is told, not even 404. */
  private locate(caller: Principal, path: string): StoredObject {
    const nearest = this.objects.nearest(path);
    this.requireVisible(caller, nearest);
    if (nearest.path !== path) throw doesNotExist(path);
    if (nearest.type !== 'DIRECTORY') this.requireLevel(caller, nearest, 'CAN_READ');
    return nearest;
  }

  private requireVisible(caller: Principal, object: StoredObject): void {
    if (!this.isVisible(caller, object)) this.requireLevel(caller, object, 'CAN_READ');
  }

  /** Folders show themselves to whoever may read something in them, and the two at the top to everybody. */
  private isVisible(caller: Principal, object: StoredObject): boolean {
    if (object.path === '/' || object.path === '/Users') return true;
    const readable = (one: StoredObject) => this.accessControl.may(caller, addressOf(one), 'CAN_READ');
    return readable(object) || (object.type === 'DIRECTORY' && this.objects.below(object.path).some(readable));
  }

  private requireLevel(caller: Principal, object: StoredObject, level: string): void {
    this.accessControl.require(caller, addressOf(object), level);
  }

  private typeOf(type: StoredObject['type']): ObjectType {
    return {
      ...TYPES[type],
      find: (id) => {
        const object = this.objects.findById(id);
        if (object?.type !== type) return undefined;
        const { path } = object;
        return {
          id: String(object.id),
          name: path,
          initially: this.initialList(object),
          ...(path === '/' ? {} : { parent: addressOf(this.objects.nearest(parentOf(path))) }),
        };
      },
    };
  }

  private initialList({ path, creator }: StoredObject): readonly LevelGrant[] {
    if (path === '/') return [{ principal: ADMINS, level: 'CAN_MANAGE' }];
    if (path === '/Shared') return [{ principal: EVERYBODY, level: 'CAN_MANAGE' }];
    const principal = this.objects.homeOf(path) ?? creator;
    return principal === '' ? [] : [{ principal, level: 'CAN_MANAGE' }];
  }
}

function addressOf({ id, type }: StoredObject): ObjectAddress {
  return { type: TYPES[type].names[0], id: String(id) };
}

function importedAs(path: string, { format, language, content }: ImportRequest): ImportedAs {
  if (format === 'AUTO') return detectImport(path, content);
  return format === 'SOURCE' && language !== undefined ? { type: 'NOTEBOOK', path, language } : { type: 'FILE', path };
}

function describe(object: StoredObject, prefix: string): WorkspaceObjectInfo {
  const { id, type, path, language, size, createdAt, modifiedAt } = object;
  const common = {
    object_id: id,
    object_type: type,
    path: path === '/' && prefix !== '' ? prefix : `${prefix}${path}`,
    resource_id: String(id),
  };
  if (type === 'DIRECTORY') return common;
  return {
    ...common,
    ...(language === undefined ? {} : { language }),
    ...{ created_at: createdAt, modified_at: modifiedAt },
    ...(type === 'FILE' && size !== undefined ? { size } : {}),
  };
}

function doesNotExist(path: string): ServiceRefusal {
  return new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', `Path (${path.slice(0, 1000)}) doesn't exist.`);
}

function noParent(path: string): ServiceRefusal {
  return new ServiceRefusal(
    404,
    'RESOURCE_DOES_NOT_EXIST',
    `The parent folder (${path.slice(0, 1000)}) does not exist.`,
  );
}

function pathExists(path: string): ServiceRefusal {
  return new ServiceRefusal(400, 'RESOURCE_ALREADY_EXISTS', `Path (${path}) already exists.`);
}

function fileExists(path: string): ServiceRefusal {
  return new ServiceRefusal(409, 'RESOURCE_ALREADY_EXISTS', `Path (${path}) already exists.`);
}

function nodeExists({ path, type }: StoredObject): ServiceRefusal {
  if (type !== 'FILE') return pathExists(path);
  return new ServiceRefusal(400, 'RESOURCE_ALREADY_EXISTS', `Node named '${nameOf(path)}' already exists`);
}
