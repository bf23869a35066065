import { setTimeout as sleep } from 'node:timers/promises';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { Via } from '../browse-page.dto';
import { CatalogSources, type BrowseAsk } from '../catalog-sources';
import { tokenKey } from '../token-key';
import { ObjectListing } from './object-listing';
import type { VisibleObjects } from './visible-objects';

/** Names are searched for so long before they are listed anew. */
const KEPT_MS = 60_000;
/** From then on they are listed anew while the old ones still serve, so that whoever goes on searching never waits. */
const REFRESHED_AFTER_MS = 30_000;
/** What was listed only in part is listed anew sooner. */
const INCOMPLETE_KEPT_MS = 10_000;
/** A search that finds no list yet waits so long, and then takes what has been listed by then. */
const PATIENCE_MS = 2_000;
/** No listing goes on for longer, whoever still waits for it. */
const LISTING_MS = 60_000;
/** Objects of one caller that are searched. */
const OBJECTS_EACH = 250_000;
/** Of all callers together, at some 50 bytes each. Whoever has not searched for the longest time is forgotten first. */
const OBJECTS_TOGETHER = 2_000_000;

export interface SearchedObjects {
  readonly objects: VisibleObjects;
  readonly via: Via;
  /** The listing is still under way. */
  readonly growing: boolean;
}

class Index {
  readonly begunAt = performance.now();
  listed: { readonly objects: VisibleObjects; readonly via: Via } | undefined;
  isDone = false;
  /** Ends with the listing, and fails as it does. */
  finished: Promise<void> = Promise.resolve();

  get ageMs(): number {
    return performance.now() - this.begunAt;
  }

  get isFresh(): boolean {
    const kept = this.isDone && this.listed?.objects.incomplete === true ? INCOMPLETE_KEPT_MS : KEPT_MS;
    return this.ageMs < kept;
  }
}

/** What each caller may see, listed with the caller's own token and kept for a minute for that very token alone. */
@Injectable()
export class ObjectIndexes {
  /** The one that was searched the longest time ago comes first. */
  private readonly indexes = new Map<string, Index>();
  private readonly successors = new Set<string>();

  constructor(private readonly sources: CatalogSources) {}

  async of(caller: UserCaller, ask: Omit<BrowseAsk, 'begun'>): Promise<SearchedObjects> {
    const key = tokenKey(caller);
    const known = this.indexes.get(key);
    if (known === undefined || !known.isFresh) {
      const index = this.list(caller, ask.startWarehouse, key);
      this.keep(key, index);
      return whenListed(index, ask.signal);
    }
    if (known.isDone && known.ageMs > REFRESHED_AFTER_MS) this.renew(caller, ask.startWarehouse, key);
    this.keep(key, known);
    return whenListed(known, ask.signal);
  }

  /** Lists anew beside what serves meanwhile. A failure leaves that in place until it is too old, when whoever searches is told. */
  private renew(caller: UserCaller, startWarehouse: boolean, key: string): void {
    if (this.successors.has(key)) return;
    this.successors.add(key);
    const successor = this.list(caller, startWarehouse, key);
    successor.finished
      .then(
        () => this.keep(key, successor),
        () => undefined,
      )
      .finally(() => this.successors.delete(key));
  }

  /** Not by the signal of the request that happens to come first: others wait for the same list. */
  private list(caller: UserCaller, startWarehouse: boolean, key: string): Index {
    const index = new Index();
    const signal = AbortSignal.timeout(LISTING_MS);
    index.finished = this.sources
      .ask(caller, { signal, startWarehouse }, async (source) => {
        const listing = new ObjectListing(source, OBJECTS_EACH, signal);
        index.listed = { objects: listing.objects, via: source.via };
        await listing.run();
      })
      .then(() => {
        index.isDone = true;
        this.forgetSome();
      });
    index.finished.catch(() => this.forget(key, index));
    setTimeout(() => this.forget(key, index), KEPT_MS).unref();
    return index;
  }

  private keep(key: string, index: Index): void {
    this.indexes.delete(key);
    this.indexes.set(key, index);
  }

  private forget(key: string, index: Index): void {
    if (this.indexes.get(key) === index) this.indexes.delete(key);
  }

  private forgetSome(): void {
    let together = 0;
    for (const { listed } of this.indexes.values()) together += listed?.objects.size ?? 0;
    for (const [key, { listed }] of this.indexes) {
      if (together <= OBJECTS_TOGETHER) return;
      together -= listed?.objects.size ?? 0;
      this.indexes.delete(key);
    }
  }
}

async function whenListed(index: Index, signal: AbortSignal): Promise<SearchedObjects> {
  if (!index.isDone) {
    const patience = sleep(PATIENCE_MS, 'growing', { signal, ref: false });
    const first = await Promise.race([index.finished, patience]);
    // Nothing is no answer, however long it takes.
    if (first === 'growing' && (index.listed?.objects.size ?? 0) === 0) await index.finished;
  }
  const { listed } = index;
  if (listed === undefined) throw new Error('A listing ended without having begun');
  return { ...listed, growing: !index.isDone };
}
