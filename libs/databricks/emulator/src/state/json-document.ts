import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JSONSchemaType } from 'ajv';
import { errorCode } from './error-code';
import { GatheredWrites } from './gathered-writes';
import { schemas } from './schemas';
import { StateCorrupt, StateFromNewerVersion } from './state-errors';

export interface DocumentDefinition<Content> {
  readonly version: number;
  readonly schema: JSONSchemaType<Content>;
  create(): Content | Promise<Content>;
}

/**
 * One JSON file of the state folder, held in memory. A write replaces the whole file by a rename, so a crash leaves the
 * old or the new content, never half of one. Files are readable by their owner only, because some hold secrets.
 */
export class JsonDocument<Content> {
  private readonly writes = new GatheredWrites(() => this.writeOut());

  private constructor(
    private readonly file: string,
    private readonly version: number,
    private current: Content,
    /** Written by an older version of this program, and not since. */
    readonly isOutdated = false,
  ) {}

  static async open<Content>(file: string, definition: DocumentDefinition<Content>): Promise<JsonDocument<Content>> {
    const stored = await readStored(file);
    if (stored === undefined) {
      const document = new JsonDocument(file, definition.version, await definition.create());
      await document.write(document.current);
      return document;
    }
    const { content, version } = checked(file, stored, definition);
    return new JsonDocument(file, definition.version, content, version < definition.version);
  }

  read(): Content {
    return this.current;
  }

  /**
   * The new content is visible to readers at once; the promise settles when it is on disk. Contents that come while the
   * file is being replaced are written together, so that two hundred new users are not two hundred files.
   */
  write(content: Content): Promise<void> {
    this.current = content;
    return this.writes.request();
  }

  /** Waits for writes under way. */
  settle(): Promise<void> {
    return this.writes.settle();
  }

  private writeOut(): Promise<void> {
    const text = JSON.stringify({ state_version: this.version, content: this.current }, undefined, 2);
    return replaceFile(this.file, `${text}\n`);
  }
}

async function readStored(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stored: unknown = JSON.parse(text);
    return stored ?? null;
  } catch (error) {
    throw new StateCorrupt(file, 'not JSON', error);
  }
}

function checked<Content>(
  file: string,
  stored: unknown,
  definition: DocumentDefinition<Content>,
): { content: Content; version: number } {
  if (typeof stored !== 'object' || stored === null || !('state_version' in stored) || !('content' in stored)) {
    throw new StateCorrupt(file, 'no state_version and content');
  }
  const { state_version: found, content } = stored;
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 1) {
    throw new StateCorrupt(file, 'state_version is not a positive integer');
  }
  if (found > definition.version) throw new StateFromNewerVersion(file, found, definition.version);
  const isContent = schemas.compile(definition.schema);
  if (!isContent(content)) throw new StateCorrupt(file, schemas.errorsText(isContent.errors, { dataVar: 'content' }));
  return { content, version: found };
}

async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(fresh, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
