import { randomUUID } from 'node:crypto';
import {
  AlreadyExists,
  S3Objects,
  S3Storage,
  StorageAccessDenied,
  StorageUnavailable,
  type Storage,
} from '@lakescope/delta';
import { TableFailed } from '../errors';
import { isName, refuseUnfit } from '../source/paths';
import { s3StoreOf, S3Source, type S3Place } from '../source/s3-source';
import type { SourceObject, SourceStore } from '../source/source-store';
import { ByteBudget } from './byte-budget';
import type { TargetStore } from './target-store';

/** In no table: their names have no slash. */
const PROBE = '_lakescope/conditional-writes';

/** Tables below a prefix of a bucket, which must be there: buckets are never made. */
export class S3Target implements TargetStore {
  readonly uri: string;
  private readonly objects: S3Objects;
  private readonly prefix: string;
  /** Whether the store copies from a source itself, as far as that was tried. */
  private readonly copies = new WeakMap<SourceStore, Promise<boolean>>();

  private readonly budget = new ByteBudget();

  /** `cacheScope` sets tables apart that are read with the rights of others (see S3Storage). */
  constructor(private readonly place: S3Place & { readonly cacheScope?: string }) {
    const prefix = (place.prefix ?? '').replace(/^\/+|\/+$/g, '');
    this.prefix = prefix === '' ? '' : `${refuseUnfit(prefix)}/`;
    this.objects = new S3Objects(place);
    this.uri = `s3://${place.bucket}${prefix === '' ? '' : `/${prefix}`}`;
  }

  store(): Promise<string> {
    return s3StoreOf(this.place);
  }

  table(name: string): Storage {
    return new S3Storage({ ...this.place, prefix: this.folder(name) });
  }

  /** Some compatible stores pass over `If-None-Match: *`. The object stays: later runs are refused it at once, which is the proof. */
  async keepsWritersApart(): Promise<void> {
    const storage = new S3Storage({ ...this.place, prefix: this.prefix });
    const written = [randomUUID(), randomUUID()];
    for (const text of written) {
      try {
        await storage.putIfAbsent(PROBE, Buffer.from(text));
      } catch (error) {
        if (error instanceof AlreadyExists) return;
        throw error;
      }
    }
    throw new TableFailed({
      code: 'TARGET_OVERWRITES',
      message: `The store of ${this.uri} lets a second writer overwrite what a first one wrote: it passes over If-None-Match, and runs could lose the commits of others`,
      advice: 'Ingest into a store that knows conditional writes, as S3 does.',
    });
  }

  async copy(
    source: SourceStore,
    file: SourceObject,
    table: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const key = `${this.folder(table)}/${refuseUnfit(path)}`;
    if (!(await this.copiedByStore(source, file, key, signal))) {
      const piece = (offset: number, length: number): Promise<Uint8Array> =>
        source.range(file.path, offset, length, { etag: file.etag, signal });
      await this.budget.run(file.sizeBytes, () => this.objects.send(key, file.sizeBytes, piece, { signal }));
    }
    const size = await this.objects.size(key, { signal });
    if (size === file.sizeBytes) return;
    const message = `the copy has ${size ?? 'no'} bytes in place of ${file.sizeBytes}`;
    throw new StorageUnavailable(`${this.uri}/${table}/${path}`, message);
  }

  /** Whether the store has copied the file itself: it must hold both, and let the target's credentials read the source. */
  private async copiedByStore(
    source: SourceStore,
    file: SourceObject,
    key: string,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    if (!(source instanceof S3Source)) return false;
    const known = this.copies.get(source) ?? this.isSameStore(source);
    this.copies.set(source, known);
    if (!(await known)) return false;
    const from = {
      bucket: source.place.bucket,
      key: source.key(file.path),
      sizeBytes: file.sizeBytes,
      etag: file.etag,
    };
    try {
      await this.objects.copy(from, key, { signal });
      return true;
    } catch (error) {
      if (!(error instanceof StorageAccessDenied)) throw error;
      // The source has credentials of its own; from now on its bytes go by here.
      this.copies.set(source, Promise.resolve(false));
      return false;
    }
  }

  private async isSameStore(source: S3Source): Promise<boolean> {
    const [own, other] = await Promise.all([this.store(), source.store()]);
    return own === other;
  }

  private folder(name: string): string {
    if (!isName(name)) throw new TypeError(`${JSON.stringify(name)} is not the name of a table`);
    return this.prefix + name;
  }
}
