import { writeFile } from 'node:fs/promises';
import { exportedSource } from './notebook-source';
import type { WorkspaceObjects } from './workspace-objects';
import type { StoredObject } from './workspace-objects-document';

/** A file below a folder, as it would lie on a disk. */
export interface SnapshotFile {
  /** Below the folder, without a slash at its beginning. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Writes it there; throws when somebody has removed it meanwhile. */
  copyTo(file: string): Promise<void>;
}

/** Everything below a folder; notebooks in source form, with their language's ending. */
export function snapshotOf(objects: WorkspaceObjects, folder: string): SnapshotFile[] {
  const start = folder === '/' ? 1 : folder.length + 1;
  return objects
    .below(folder)
    .filter(({ type }) => type !== 'DIRECTORY')
    .map((object) => ({
      path: `${object.path.slice(start)}${object.language === undefined ? '' : `.${endingOf(object.language)}`}`,
      size: object.size ?? 0,
      copyTo: (file) => copy(objects, object, file),
    }));
}

async function copy(objects: WorkspaceObjects, object: StoredObject, file: string): Promise<void> {
  const handle = await objects.openContent(object);
  if (handle === undefined) throw new Error(`${object.path} was removed while it was copied`);
  try {
    const bytes = await handle.readFile();
    await writeFile(file, object.language === undefined ? bytes : exportedSource(object.language, bytes).bytes, {
      mode: 0o600,
    });
  } finally {
    await handle.close();
  }
}

function endingOf(language: NonNullable<StoredObject['language']>): string {
  return exportedSource(language, Buffer.alloc(0)).fileType;
}
