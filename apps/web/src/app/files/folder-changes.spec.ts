import { TestBed } from '@angular/core/testing';
import { type FolderEntry } from '../entry-list/folder-entry';
import { FolderChanges } from './folder-changes';
import { nameOf } from './volume-path';

const entry = (path: string, kind: FolderEntry['kind'] = 'file', sizeBytes: number | null = 1): FolderEntry => ({
  kind,
  name: nameOf(path),
  path,
  sizeBytes,
  modifiedAt: null,
  comment: null,
});

describe('what was done to a folder', () => {
  const folder = '/Volumes/c/s/v';
  const listed = [entry(`${folder}/a`), entry(`${folder}/b`), entry(`${folder}/sub`, 'directory', null)];
  const names = (entries: readonly FolderEntry[]) => entries.map(({ name }) => name);

  it('shows in its list, and in no other', () => {
    const changes = TestBed.inject(FolderChanges);
    changes.arrived(entry(`${folder}/new`), entry(`${folder}/sub/deep`));
    changes.gone(`${folder}/b`);
    expect(names(changes.applied(folder, listed))).toEqual(['a', 'sub', 'new']);
    expect(names(changes.applied(`${folder}/sub`, []))).toEqual(['deep']);
  });

  it('replaces a file in its place, and leaves a folder that was there alone', () => {
    const changes = TestBed.inject(FolderChanges);
    changes.arrived(entry(`${folder}/a`, 'file', 99), entry(`${folder}/sub`, 'directory', null));
    const applied = changes.applied(folder, listed);
    expect(applied[0]?.sizeBytes).toBe(99);
    expect(applied[2]).toBe(listed[2]);
  });

  it('counts the last of several changes', () => {
    const changes = TestBed.inject(FolderChanges);
    changes.gone(`${folder}/a`);
    changes.arrived(entry(`${folder}/a`, 'file', 7));
    expect(changes.applied(folder, listed)[0]?.sizeBytes).toBe(7);
  });

  it('is forgotten when the folder is read anew', () => {
    const changes = TestBed.inject(FolderChanges);
    changes.gone(`${folder}/a`, `${folder}/sub/deep`);
    changes.forget(folder);
    expect(changes.applied(folder, listed)).toBe(listed);
    expect(names(changes.applied(`${folder}/sub`, [entry(`${folder}/sub/deep`)]))).toEqual([]);
  });
});
