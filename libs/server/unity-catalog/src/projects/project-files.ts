import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { PlatformError, type FilesApi } from '@lakescope/databricks-client';
import { Logger } from '@nestjs/common';
import { readBounded } from '../files/bounded-file';
import type { SchemaName } from '../settings/schema-name';
import type { TagCondition } from '../if-match';
import { backupFile, backupNumberOf, projectFile, projectsDirectory } from './project-name';
import { problemsInProject, type YamlProblem } from './project-yaml';
import type { FoundProject } from './project.dto';
import { ProjectChanged, ProjectExists, ProjectNotFound, ProjectTooLarge } from './projects.errors';

export const MAX_PROJECT_BYTES = 256 * 1024;
const KEPT_BACKUPS = 10;
/**
 * Longer than a save takes that still goes on. By the platform's clock against ours: where the two are minutes apart, a save that died
 * is waited for longer, or not at all.
 */
const SAVE_ENDS_MS = 120_000;

const NO_TEXT: YamlProblem = { line: 1, column: 1, message: 'The file is not UTF-8 text' };

interface Backup {
  readonly number: number;
  readonly savedAt: number;
}

/**
 * The documents of one schema, as one caller sees them.
 *
 * The platform writes a file whole but knows no condition beyond "only if it is not there". A save therefore begins by creating the next
 * backup under that condition, which only one of several savers can: it holds what is about to be replaced, and whoever finds the newest
 * backup equal to the document knows that a save goes on, or has died.
 */
export class ProjectFiles {
  private readonly logger = new Logger('Projects');

  constructor(
    private readonly files: FilesApi,
    private readonly schema: SchemaName,
  ) {}

  async read(slug: string, signal?: AbortSignal): Promise<FoundProject> {
    const bytes = await this.bytesOf(slug, signal);
    if (!isUtf8(bytes)) return { ...this.found(slug, bytes), content: undefined, problems: [NO_TEXT] };
    return { ...this.found(slug, bytes), problems: await problemsInProject(bytes.toString('utf8')) };
  }

  /** `content` is a well-formed document. */
  async create(slug: string, content: Buffer, signal: AbortSignal): Promise<FoundProject> {
    const path = projectFile(this.schema, slug);
    try {
      await this.files.upload(path, content, { overwrite: false, signal });
    } catch (error) {
      throw isTaken(error) ? new ProjectExists(slug, path, error) : error;
    }
    return this.found(slug, content);
  }

  /** `content` is a well-formed document. */
  async save(slug: string, content: Buffer, condition: TagCondition, signal: AbortSignal): Promise<FoundProject> {
    const backups = await this.backupsOf(slug, signal);
    const current = await this.bytesOf(slug, signal);
    if (!condition(etagOf(current))) throw new ProjectChanged(slug, 'has changed since it was read');
    if (current.equals(content)) return this.found(slug, content);
    const newest = backups.at(-1);
    if (await this.isBeingSaved(slug, current, newest, signal)) {
      throw new ProjectChanged(slug, 'is being saved by somebody else');
    }
    // From here on the save goes to its end, whether or not somebody still waits for the answer.
    const claim = backupFile(this.schema, slug, (newest?.number ?? 0) + 1);
    await this.claim(slug, claim, current);
    await this.replace(slug, current, content, claim);
    await this.dropBackups(slug, backups);
    return this.found(slug, content);
  }

  private found(slug: string, bytes: Buffer): FoundProject {
    const path = projectFile(this.schema, slug);
    const content = bytes.toString('utf8');
    return { slug, path, content, etag: etagOf(bytes), sizeBytes: bytes.length, problems: [] };
  }

  private async claim(slug: string, claim: string, current: Buffer): Promise<void> {
    try {
      await this.files.upload(claim, current, { overwrite: false });
    } catch (error) {
      throw isTaken(error) ? new ProjectChanged(slug, 'is being saved by somebody else') : error;
    }
  }

  private async replace(slug: string, current: Buffer, content: Buffer, claim: string): Promise<void> {
    try {
      // Between the first look and the claim another save may have come and gone.
      const found = await this.bytesOf(slug);
      if (!found.equals(current)) throw new ProjectChanged(slug, 'has changed since it was read');
      await this.files.upload(projectFile(this.schema, slug), content, { overwrite: true });
    } catch (error) {
      const found = await this.whatBecameOf(slug);
      // The answer was lost, not the save.
      if (found?.equals(content) === true) return;
      // Who cannot be told what became of it leaves the claim, which ends by itself.
      if (found !== undefined) await this.forget(claim);
      throw error;
    }
  }

  /** Undefined when nobody can tell; what failed before is then the better thing to be told. */
  private async whatBecameOf(slug: string): Promise<Buffer | undefined> {
    try {
      return await this.bytesOf(slug);
    } catch (error) {
      this.logger.warn(`What became of a save could not be looked at: ${String(error)}`);
      return undefined;
    }
  }

  /** The newest backup is what the document still holds: who made it has not written yet. */
  private async isBeingSaved(
    slug: string,
    current: Buffer,
    newest: Backup | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (newest === undefined || Date.now() - newest.savedAt > SAVE_ENDS_MS) return false;
    try {
      const path = backupFile(this.schema, slug, newest.number);
      return (await readBounded(this.files, path, MAX_PROJECT_BYTES, signal))?.equals(current) ?? false;
    } catch (error) {
      // That save failed just now and took its claim back. Its number is free again for whoever listed the backups before it, so a claim
      // on the number after it would not keep that one out: two would hold a claim on the same document.
      if (isMissing(error)) return true;
      throw error;
    }
  }

  private async bytesOf(slug: string, signal?: AbortSignal): Promise<Buffer> {
    const path = projectFile(this.schema, slug);
    try {
      const bytes = await readBounded(this.files, path, MAX_PROJECT_BYTES, signal);
      if (bytes === undefined) throw new ProjectTooLarge(undefined, MAX_PROJECT_BYTES);
      return bytes;
    } catch (error) {
      throw isMissing(error) ? new ProjectNotFound(slug, path, error) : error;
    }
  }

  /** Oldest first. */
  private async backupsOf(slug: string, signal: AbortSignal): Promise<Backup[]> {
    const found: Backup[] = [];
    for await (const { name, last_modified } of this.files.listDirectory(projectsDirectory(this.schema), { signal })) {
      const number = backupNumberOf(name, slug);
      if (number !== undefined) found.push({ number, savedAt: Number(last_modified ?? 0) });
    }
    return found.sort((one, other) => one.number - other.number);
  }

  /** Of those there were before this save, so many that with its own ten are left. */
  private async dropBackups(slug: string, before: readonly Backup[]): Promise<void> {
    for (const { number } of before.slice(0, Math.max(before.length + 1 - KEPT_BACKUPS, 0))) {
      await this.forget(backupFile(this.schema, slug, number));
    }
  }

  /** What cannot be deleted now is one of too many at the next save, or a claim that ends by itself. */
  private async forget(path: string): Promise<void> {
    try {
      await this.files.deleteFile(path);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      this.logger.warn(`A backup of a project could not be deleted: ${error.kind}`);
    }
  }
}

/** The same content has the same tag, whoever wrote it and when. */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
}

export function isMissing(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'not_found';
}

function isTaken(error: unknown): boolean {
  return error instanceof PlatformError && (error.kind === 'already_exists' || error.kind === 'conflict');
}
