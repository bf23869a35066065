import { computed, type Signal } from '@angular/core';
import {
  apiPages,
  type ApiPages,
  type FileEntryDto,
  listCatalogs,
  listFiles,
  listSchemas,
  listVolumes,
} from '@lakescope/web-api';
import { type FolderEntry } from '../entry-list/folder-entry';
import { levelOf, nameOf, partsOf, volumesRoot } from './volume-path';

const PAGE_SIZE = 200;

type CatalogObject = { name: string; comment: string | null; updated_at: string | null };

function fromCatalogObject(kind: 'catalog' | 'schema' | 'volume', path: string, object: CatalogObject): FolderEntry {
  return { kind, name: object.name, path, sizeBytes: null, modifiedAt: object.updated_at, comment: object.comment };
}

/** A file or directory as the API tells of it. */
export function entryOf(item: FileEntryDto): FolderEntry {
  return {
    kind: item.is_directory ? 'directory' : 'file',
    name: item.name,
    path: item.path,
    sizeBytes: item.size_bytes,
    modifiedAt: item.last_modified,
    comment: null,
  };
}

/** A directory of which nothing but its path is known. */
export function directoryEntry(path: string): FolderEntry {
  return { kind: 'directory', name: nameOf(path), path, sizeBytes: null, modifiedAt: null, comment: null };
}

/** What is below a path, whether Unity Catalog or the file system answers for it: to people it is one tree. */
export function folderContents(path: Signal<string | undefined>): ApiPages<FolderEntry> {
  const level = computed(() => {
    const present = path();
    return present === undefined ? undefined : levelOf(present);
  });
  const part = (index: number): string => partsOf(path() ?? '')[index] ?? '';
  const page = (cursor: string | undefined) => ({ limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) });

  const catalogs = apiPages(listCatalogs, (cursor) => (level() === 'root' ? { query: page(cursor) } : undefined));
  const schemas = apiPages(listSchemas, (cursor) =>
    level() === 'catalog' ? { query: { catalog: part(0), ...page(cursor) } } : undefined,
  );
  const volumes = apiPages(listVolumes, (cursor) =>
    level() === 'schema' ? { query: { catalog: part(0), schema: part(1), ...page(cursor) } } : undefined,
  );
  const files = apiPages(listFiles, (cursor) => {
    const present = path();
    return present !== undefined && level() === 'folder' ? { query: { path: present, ...page(cursor) } } : undefined;
  });

  const active = computed<ApiPages<unknown>>(() => {
    switch (level()) {
      case 'catalog':
        return schemas;
      case 'schema':
        return volumes;
      case 'folder':
        return files;
      default:
        return catalogs;
    }
  });
  const items = computed<readonly FolderEntry[]>(() => {
    switch (level()) {
      case 'catalog':
        return schemas
          .items()
          .map((item) => fromCatalogObject('schema', `${volumesRoot}/${part(0)}/${item.name}`, item));
      case 'schema':
        return volumes.items().map((item) => fromCatalogObject('volume', item.path, item));
      case 'folder':
        return files.items().map(entryOf);
      default:
        return catalogs.items().map((item) => fromCatalogObject('catalog', `${volumesRoot}/${item.name}`, item));
    }
  });

  return {
    items,
    hasMore: computed(() => active().hasMore()),
    isLoading: computed(() => active().isLoading()),
    isLoadingMore: computed(() => active().isLoadingMore()),
    problem: computed(() => active().problem()),
    loadMore: () => active().loadMore(),
    reload: () => active().reload(),
  };
}
