import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Directory } from '../identity/directory';
import { errorCode } from '../state/error-code';
import type { JsonDocument } from '../state/json-document';
import { newNumericId } from '../state/numeric-id';
import { isBelow, parentOf } from './workspace-path';
import {
  openWorkspaceObjectsDocument,
  type StoredObject,
  type WorkspaceObjectsDocument,
} from './workspace-objects-document';

/** Bytes that lie on disk and belong to no object yet. */
export interface WrittenContent {
  readonly name: string;
  readonly size: number;
}

/** More bytes came than are allowed; nothing of them is kept. */
export class ContentTooLarge extends Error {
  override readonly name = 'ContentTooLarge';

  constructor(readonly size: number) {
    super(`${size} bytes are too many`);
  }
}

interface Index {
  readonly byPath: ReadonlyMap<string, StoredObject>;
  readonly byId: ReadonlyMap<number, StoredObject>;
  readonly children: ReadonlyMap<string, readonly StoredObject[]>;
}

/**
 * The tree of folders, notebooks and files, and their bytes, which lie in files of their own: they are on disk before the
 * tree names them, and are removed after it has forgotten them, so that a crash leaves nothing half.
 */
export class WorkspaceObjects {
  private built: { readonly content: WorkspaceObjectsDocument; readonly index: Index } | undefined;

  private constructor(
    private readonly document: JsonDocument<WorkspaceObjectsDocument>,
    private readonly directory: Directory,
    private readonly folder: string,
  ) {}

  static async open(stateDirectory: string, directory: Directory): Promise<WorkspaceObjects> {
    const document = await openWorkspaceObjectsDocument(stateDirectory);
    const folder = join(stateDirectory, 'workspace-files');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const objects = new WorkspaceObjects(document, directory, folder);
    await objects.removeLeftovers();
    return objects;
  }

  find(path: string): StoredObject | undefined {
    return this.index.byPath.get(path);
  }

  findById(id: string): StoredObject | undefined {
    return /^\d{1,16}$/.test(id) ? this.index.byId.get(Number(id)) : undefined;
  }

  /** The deepest folder or object on the way to a path; the root at least. */
  nearest(path: string): StoredObject {
    let at = path;
    for (;;) {
      const found = this.find(at);
      if (found !== undefined) return found;
      if (at === '/') throw new RangeError('The workspace tree has no root');
      at = parentOf(at);
    }
  }

  /** Direct children by name. */
  children(path: string): readonly StoredObject[] {
    return this.index.children.get(path) ?? [];
  }

  /** Everything below a folder, at any depth. */
  below(path: string): readonly StoredObject[] {
    return this.document.read().objects.filter((object) => isBelow(object.path, path));
  }

  /** Whose home folder this is, if it is one. */
  homeOf(path: string): string | undefined {
    const name = path.slice('/Users/'.length);
    return parentOf(path) === '/Users' && this.directory.find(name) !== undefined ? name : undefined;
  }

  /** Makes the home folders of people who have come since; everybody has one. */
  async makeHomes(): Promise<void> {
    const people = [...this.directory.users, ...this.directory.servicePrincipals].map(({ name }) => name);
    const missing = people.filter((name) => !name.includes('/') && this.find(`/Users/${name}`) === undefined);
    if (missing.length > 0)
      await this.makeDirectories(
        missing.map((name) => `/Users/${name}`),
        '',
      );
  }

  /** The caller has made sure that their parents are there, or are among them. */
  async makeDirectories(paths: readonly string[], creator: string): Promise<void> {
    const now = Date.now();
    const made = paths.map((path): StoredObject => ({
      ...{ id: Number(newNumericId()), path, type: 'DIRECTORY', creator },
      ...{ createdAt: now, modifiedAt: now },
    }));
    await this.document.write({ objects: [...this.document.read().objects, ...made] });
  }

  /** Throws ContentTooLarge as soon as more than the limit has come. */
  async writeContent(source: Buffer | Readable, limit: number): Promise<WrittenContent> {
    const name = randomUUID();
    const file = join(this.folder, name);
    // Whoever sends too much is to hear so: a stream that is destroyed would take the connection with it.
    const chunks: AsyncIterable<Buffer> | readonly Buffer[] =
      source instanceof Readable ? source.iterator({ destroyOnReturn: false }) : [source];
    let size = 0;
    const handle = await open(file, 'wx', 0o600);
    try {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > limit) throw new ContentTooLarge(size);
        // Not `write`, which may take less than it was given.
        await handle.writeFile(chunk);
      }
      await handle.sync();
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return { name, size };
  }

  async dropContent({ name }: WrittenContent): Promise<void> {
    await rm(join(this.folder, name), { force: true });
  }

  /** Puts written bytes at a path, in place of what is there; what is there keeps its id and creator. */
  async save(
    as: Pick<StoredObject, 'path' | 'type' | 'language'>,
    content: WrittenContent,
    creator: string,
  ): Promise<void> {
    const now = Date.now();
    const before = this.find(as.path);
    const saved: StoredObject = {
      ...(before ?? { id: Number(newNumericId()), createdAt: now, creator }),
      ...as,
      ...{ content: content.name, size: content.size, modifiedAt: now },
    };
    const others = this.document.read().objects.filter(({ path }) => path !== as.path);
    await this.document.write({ objects: [...others, saved] });
    if (before?.content !== undefined) await rm(join(this.folder, before.content), { force: true });
  }

  /** Removes an object and everything below it; answers what is gone. */
  async remove(path: string): Promise<readonly StoredObject[]> {
    const { objects } = this.document.read();
    const gone = objects.filter((object) => object.path === path || isBelow(object.path, path));
    await this.document.write({ objects: objects.filter((object) => !gone.includes(object)) });
    for (const { content } of gone) if (content !== undefined) await rm(join(this.folder, content), { force: true });
    return gone;
  }

  /** The caller closes the handle, or hands it to a stream that does. Undefined: the object has no bytes any more. */
  async openContent({ content }: Pick<StoredObject, 'content'>): Promise<FileHandle | undefined> {
    if (content === undefined) return undefined;
    try {
      return await open(join(this.folder, content), 'r');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  settle(): Promise<void> {
    return this.document.settle();
  }

  /** What was written when the workspace was killed, before the tree named it. */
  private async removeLeftovers(): Promise<void> {
    const named = new Set(this.document.read().objects.map(({ content }) => content));
    for (const name of await readdir(this.folder)) {
      if (!named.has(name)) await rm(join(this.folder, name), { force: true });
    }
  }

  private get index(): Index {
    const content = this.document.read();
    if (this.built?.content !== content) this.built = { content, index: indexOf(content.objects) };
    return this.built.index;
  }
}

function indexOf(objects: readonly StoredObject[]): Index {
  const children = new Map<string, StoredObject[]>();
  for (const object of objects.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    if (object.path === '/') continue;
    const parent = parentOf(object.path);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [object]);
    else siblings.push(object);
  }
  return {
    byPath: new Map(objects.map((object) => [object.path, object])),
    byId: new Map(objects.map((object) => [object.id, object])),
    children,
  };
}
