import { Service, signal } from '@angular/core';
import { type FolderEntry } from '../entry-list/folder-entry';
import { parentOf } from './volume-path';

/** What has become of an entry since the list was read: it is this now, or it is gone. */
type Change = FolderEntry | 'gone';

/**
 * What this page did to folders since they were listed. The lists take it over where it stands, so that nothing is loaded
 * again and no row moves because a file has arrived.
 */
@Service()
export class FolderChanges {
  private readonly changes = signal<ReadonlyMap<string, Change>>(new Map());

  arrived(...entries: readonly FolderEntry[]): void {
    this.note(entries.map((entry) => [entry.path, entry]));
  }

  gone(...paths: readonly string[]): void {
    this.note(paths.map((path) => [path, 'gone']));
  }

  /** The folder is read anew, and what was noted of it is in the answer. */
  forget(folder: string): void {
    this.changes.update((before) => new Map([...before].filter(([path]) => parentOf(path) !== folder)));
  }

  /** The entries of a folder as they are now. Follows later changes when read in a signal's context. */
  applied(folder: string, entries: readonly FolderEntry[]): readonly FolderEntry[] {
    const here = [...this.changes()].filter(([path]) => parentOf(path) === folder);
    if (here.length === 0) return entries;
    const changed = new Map(here);
    const listed = new Set(entries.map(({ path }) => path));
    const kept = entries.flatMap((entry) => {
      const change = changed.get(entry.path);
      // A folder that was there stays as it was listed: of a new one less is known.
      if (change === undefined || (change !== 'gone' && change.kind === 'directory')) return [entry];
      return change === 'gone' ? [] : [change];
    });
    const added = here.flatMap(([path, change]) => (change === 'gone' || listed.has(path) ? [] : [change]));
    return [...kept, ...added];
  }

  private note(changes: readonly (readonly [string, Change])[]): void {
    if (changes.length === 0) return;
    this.changes.update((before) => new Map([...before, ...changes]));
  }
}
