import { LocalStorage } from '../storage/local-storage';
import type { Storage } from '../storage/storage';
import { cacheKey } from './cache-key';

const FILE = { path: 'part-1.parquet', sizeBytes: 10, modifiedAt: 1 };

/** A storage at the same location as every other one here. */
function storageOf(cacheScope?: string): Storage {
  return Object.assign(Object.create(new LocalStorage('/lake')) as Storage, { cacheScope });
}

describe('the key of a file in a cache', () => {
  it('is shared by all who read the same place', () => {
    expect(cacheKey(storageOf(), FILE)).toBe(cacheKey(storageOf(), FILE));
    expect(cacheKey(storageOf('ana'), FILE)).toBe(cacheKey(storageOf('ana'), FILE));
  });

  it('is another one for storages whose contents or rights are not the same, although their locations are', () => {
    const keys = [undefined, 'ana', 'bo'].map((scope) => cacheKey(storageOf(scope), FILE));

    expect(new Set(keys).size).toBe(3);
  });

  it('is another one for a file that was written anew', () => {
    expect(cacheKey(storageOf(), { ...FILE, modifiedAt: 2 })).not.toBe(cacheKey(storageOf(), FILE));
  });
});
