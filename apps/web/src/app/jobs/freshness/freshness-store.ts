import { computed, effect, inject, linkedSignal, Service, signal } from '@angular/core';
import {
  Api,
  apiPages,
  apiResource,
  checkFreshness,
  deleteFreshness,
  deleteFreshnessThreshold,
  listFreshness,
  listFreshnessThresholds,
  type Problem,
  problemFrom,
  putFreshnessThreshold,
  type TableFreshnessDto,
  type TargetFreshnessDto,
} from '@lakescope/web-api';

const A_PAGE = 500;
/** A browser sorts and filters so many at once; of more, the furthest behind are here. */
const MOST = 10_000;

/** Whose threshold, of which target, and of which table of it; without a table that of all which have none of their own. */
export interface ThresholdPlace {
  readonly user_id: string;
  readonly target_uri: string;
  readonly table?: string;
}

/** Whose tables are looked at. */
export type FreshnessScope = 'mine' | 'all';

interface Read {
  readonly scope: FreshnessScope;
  readonly items: readonly TableFreshnessDto[];
  readonly isWhole: boolean;
}

/** How fresh tables are, and what can be changed about it. */
@Service({ autoProvided: false })
export class FreshnessStore {
  private readonly api = inject(Api);
  /** To be set by the page before anything is shown. */
  readonly scope = signal<FreshnessScope>('mine');

  private readonly pages = apiPages(listFreshness, (cursor) => ({
    query: { scope: this.scope(), limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  private readonly summaryAnswer = apiResource(listFreshness, () => ({ query: { scope: this.scope(), limit: 1 } }));
  private readonly thresholdPages = apiPages(listFreshnessThresholds, (cursor) => ({
    query: { scope: this.scope(), limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) },
  }));

  /** There are more than are here. */
  readonly isCut = computed(() => this.pages.hasMore() && this.pages.items().length >= MOST);
  /** While they are read again, those that were there stay: rows that come and go cannot be aimed at. */
  readonly tables = linkedSignal<Read, readonly TableFreshnessDto[]>({
    source: () => ({
      scope: this.scope(),
      items: this.pages.items(),
      isWhole: !this.pages.hasMore() || this.isCut(),
    }),
    computation: ({ scope, items, isWhole }, former) =>
      isWhole || former?.source.scope !== scope || former.value.length < items.length ? items : former.value,
  }).asReadonly();
  readonly isLoading = this.pages.isLoading;
  readonly problem = computed(() => this.pages.problem() ?? this.thresholdPages.problem());
  readonly summary = computed(() => this.summaryAnswer.latest()?.summary);
  /** Places that have a threshold of their own. */
  private readonly own = computed(
    () =>
      new Set(this.thresholdPages.items().map(({ user_id, target_uri, table }) => keyOf(user_id, target_uri, table))),
  );

  private readonly failure = signal<Problem | undefined>(undefined);
  /** Why the last change or look did not come about. */
  readonly deedProblem = this.failure.asReadonly();
  private readonly checking = signal<ReadonlySet<string>>(new Set());
  /** Addresses of targets whose manifests are being read. */
  readonly underWay = this.checking.asReadonly();

  constructor() {
    // Filter and order are of the whole list, so the whole list is here.
    effect(() => {
      if (
        this.pages.hasMore() &&
        !this.isCut() &&
        !this.pages.isLoading() &&
        !this.pages.isLoadingMore() &&
        !this.pages.problem()
      ) {
        void this.pages.loadMore();
      }
    });
    effect(() => {
      const { hasMore, isLoading, isLoadingMore, problem, loadMore } = this.thresholdPages;
      if (hasMore() && !isLoading() && !isLoadingMore() && !problem()) void loadMore();
    });
  }

  reload(): void {
    this.failure.set(undefined);
    this.readAgain();
  }

  /** Whether a table has a threshold of its own, rather than that of its target. */
  hasOwn({ user_id, target_uri, table }: ThresholdPlace): boolean {
    return this.own().has(keyOf(user_id, target_uri, table ?? null));
  }

  /** Sets a threshold; without minutes it is taken away. Answers whether that came about. */
  async setThreshold(place: ThresholdPlace, minutes: number | undefined): Promise<boolean> {
    return this.attempt(async () => {
      if (minutes === undefined) await this.api.invoke(deleteFreshnessThreshold, { query: place });
      else await this.api.invoke(putFreshnessThreshold, { body: { ...place, minutes } });
    });
  }

  /** Has the manifests of a target read now. */
  async check(targetUri: string): Promise<void> {
    if (this.checking().has(targetUri)) return;
    this.checking.update((targets) => new Set(targets).add(targetUri));
    await this.attempt(() => this.api.invoke(checkFreshness, { body: { target_uri: targetUri } }));
    this.checking.update((targets) => new Set([...targets].filter((other) => other !== targetUri)));
  }

  /** Lets go of what is known of a source and its target. Answers whether that came about. */
  async forget({ target_uri, user_id, source }: TargetFreshnessDto): Promise<boolean> {
    const query = { target_uri, user_id, manifest_uri: source.manifest_uri };
    return this.attempt(() => this.api.invoke(deleteFreshness, { query }));
  }

  private async attempt(deed: () => Promise<unknown>): Promise<boolean> {
    this.failure.set(undefined);
    try {
      await deed();
      return true;
    } catch (error) {
      this.failure.set(problemFrom(error));
      return false;
    } finally {
      this.readAgain();
    }
  }

  private readAgain(): void {
    this.pages.reload();
    this.summaryAnswer.reload();
    this.thresholdPages.reload();
  }
}

function keyOf(userId: string, targetUri: string, table: string | null): string {
  return JSON.stringify([userId, targetUri, table]);
}
