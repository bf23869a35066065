import { LocalStorage } from '../storage/local-storage';
import type { FileBackedStorage, Storage } from '../storage/storage';

/** A local folder that says it is somewhere else, as the absolute paths in its log do. */
export function relocated(folder: string, location: string): Storage {
  const local = new LocalStorage(folder);
  const storage: FileBackedStorage = {
    location,
    list: (directory, options) => local.list(directory, options),
    read: (path, options) => local.read(path, options),
    head: (path, options) => local.head(path, options),
    put: (path, bytes) => local.put(path, bytes),
    putIfAbsent: (path, bytes) => local.putIfAbsent(path, bytes),
    localFile: (path) => local.localFile(path),
  };
  return storage;
}
