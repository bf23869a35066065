import { type Api, deleteDirectory, deleteFile, type Problem, problemFrom } from '@lakescope/web-api';
import { visibleName } from '../../entry-list/file-name';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { type Confirmation } from '../../shell/confirm-dialog';

/** So many names a question lists; it says how many others there are. */
const MOST_NAMED = 8;

/** An entry that is still there, and why. */
export interface Undeleted {
  readonly entry: FolderEntry;
  readonly problem: Problem;
}

/** The question before entries are deleted: each of them by name, as far as there is room. */
export function deletionQuestion(entries: readonly FolderEntry[]): Confirmation {
  const [first] = entries;
  const name = visibleName(first?.name ?? '');
  const isOne = entries.length === 1;
  const named = isOne ? [] : entries.slice(0, MOST_NAMED).map((entry) => visibleName(entry.name));
  const others = entries.length - MOST_NAMED;
  return {
    title: isOne
      ? first?.kind === 'directory'
        ? $localize`Delete the folder “${name}:name:”?`
        : $localize`Delete the file “${name}:name:”?`
      : $localize`Delete these ${entries.length}:count: objects?`,
    consequences: [
      ...named,
      ...(others > 0 && !isOne ? [$localize`and ${others}:count: more`] : []),
      ...(entries.some(({ kind }) => kind === 'directory')
        ? [$localize`A folder is deleted only when it is empty.`]
        : []),
      $localize`This cannot be undone.`,
    ],
    action: isOne ? $localize`Delete` : $localize`Delete ${entries.length}:count: objects`,
    isDestructive: true,
  };
}

/** Deletes one after the other, tells of each that is gone, and answers what is left. */
export async function deleteEntries(
  api: Api,
  entries: readonly FolderEntry[],
  gone: (path: string) => void,
): Promise<readonly Undeleted[]> {
  const left: Undeleted[] = [];
  for (const entry of entries) {
    try {
      const options = { query: { path: entry.path } };
      if (entry.kind === 'directory') await api.invoke(deleteDirectory, options);
      else await api.invoke(deleteFile, options);
      gone(entry.path);
    } catch (error) {
      const problem = problemFrom(error);
      // Somebody else was faster: what was asked for has happened.
      if (problem.status === 404) gone(entry.path);
      else left.push({ entry, problem });
    }
  }
  return left;
}
