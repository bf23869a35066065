import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeUnfinished, unfinishedName } from '@lakescope/delta';
import { codeOf } from '../source/local-files';
import type { Arguments } from './arguments';

/** What of a command line decides what is ingested: the ETag of another selection says nothing about this one. */
type Selection = Pick<
  Arguments,
  'manifestUri' | 'targetUri' | 'sourceRoot' | 'mode' | 'include' | 'exclude' | 'enforceFence' | 'pathRewrite'
>;

/** The ETag of the manifest after the last run of a selection that left nothing behind, in a file of its own in a folder of the caller. */
export class StateFile {
  private readonly path: string;
  private readonly about: string;

  constructor(
    private readonly folder: string,
    selection: Selection,
  ) {
    const { manifestUri, targetUri, sourceRoot, mode, include, exclude, enforceFence, pathRewrite } = selection;
    this.about = JSON.stringify([
      ...[manifestUri, targetUri, sourceRoot ?? null, mode, include ?? null],
      ...[exclude ?? null, enforceFence, pathRewrite ?? null],
    ]);
    this.path = join(folder, `${createHash('sha256').update(this.about).digest('hex').slice(0, 32)}.json`);
  }

  /** Undefined when there is none, or what is there is not what was written: then the tables themselves are asked. */
  async manifestEtag(): Promise<string | undefined> {
    let stored: unknown;
    try {
      stored = JSON.parse(await readFile(this.path, 'utf8'));
    } catch (error) {
      if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
    if (stored === null || typeof stored !== 'object') return undefined;
    const { about, etag } = stored as { about?: unknown; etag?: unknown };
    return about === this.about && typeof etag === 'string' ? etag : undefined;
  }

  async remember(etag: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await removeUnfinished(this.folder);
    const unfinished = join(this.folder, unfinishedName());
    await writeFile(unfinished, `${JSON.stringify({ about: this.about, etag })}\n`);
    await rename(unfinished, this.path);
  }
}
