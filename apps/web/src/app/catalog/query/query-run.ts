import { computed, DestroyRef, inject, Service, signal } from '@angular/core';
import {
  Api,
  cancelQuery,
  getQuery,
  type Problem,
  problemFrom,
  type QueryDto,
  runQuery,
  type RunQueryDto,
} from '@lakescope/web-api';

/** Most queries end by then and need no second request; longer, and it could not be cancelled meanwhile. */
const WAIT_MS = 300;
/** Between two looks at a query that runs; the last one repeats. */
const PAUSES_MS = [200, 300, 500, 800, 1_000];
/** A cold warehouse takes minutes. */
const STARTING_PAUSE_MS = 1_500;
const PAUSE_AFTER_FAILURE_MS = 2_000;
/** The server gives up a query that nobody asks about for 30 s: after this many failures in a row, so do we. */
const MOST_FAILURES = 8;
const TICK_MS = 100;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const hasEnded = ({ status }: QueryDto): boolean => status !== 'PENDING' && status !== 'RUNNING';

/** One query on its way: sent or taken up again by its id, asked about until it ends, its chunks fetched as they are needed. */
@Service({ autoProvided: false })
export class QueryRun {
  private readonly api = inject(Api);
  /** Counts what was begun: an answer to something older is thrown away. */
  private turn = 0;
  private readonly asking = signal(false);
  private readonly newest = signal<QueryDto | undefined>(undefined);
  private readonly shown = signal<QueryDto | undefined>(undefined);
  private readonly loaded = signal<readonly (readonly unknown[])[]>([]);
  private readonly failure = signal<Problem | undefined>(undefined);
  private readonly canceling = signal(false);
  private readonly begun = signal(Date.now());
  private readonly lookedAt = signal(Date.now());
  private readonly now = signal(Date.now());
  private nextChunk = 0;
  private isLoadingChunk = false;

  readonly answer = this.newest.asReadonly();
  /** The newest answer with a result; while the next query runs, that of the one before. */
  readonly result = this.shown.asReadonly();
  readonly rows = this.loaded.asReadonly();
  /** Why it is not known how the query stands, or why there is none. */
  readonly problem = this.failure.asReadonly();
  readonly isCanceling = this.canceling.asReadonly();
  readonly isUnderWay = this.asking.asReadonly();
  /** Whether there is a query that could be cancelled. */
  readonly canCancel = computed(() => {
    const answer = this.newest();
    return this.asking() && !this.canceling() && answer !== undefined && !hasEnded(answer);
  });
  /** Milliseconds since it was asked for. Ticks while it runs. */
  readonly elapsedMs = computed(() => Math.max(0, this.now() - this.begun()));
  /** Milliseconds for which it has waited for a warehouse that starts; undefined when that is not what it waits for. */
  readonly startingMs = computed(() => {
    const warehouse = this.newest()?.warehouse;
    if (!this.asking() || warehouse?.state !== 'STARTING') return undefined;
    return (warehouse.elapsed_ms ?? 0) + Math.max(0, this.now() - this.lookedAt());
  });

  constructor() {
    const timer = setInterval(() => {
      if (this.asking()) this.now.set(Date.now());
    }, TICK_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      // The query goes on: whoever reloads the page takes it up again.
      this.turn += 1;
    });
  }

  /** Sends a query. Resolves with its id as soon as it has one, or with the problem that there will be none. */
  async start(query: RunQueryDto): Promise<{ readonly queryId: string } | { readonly problem: Problem }> {
    const turn = this.begin();
    this.newest.set(undefined);
    try {
      const answer = await this.api.invoke(runQuery, { body: { ...query, wait_ms: WAIT_MS } });
      if (turn === this.turn) {
        this.take(answer);
        if (!hasEnded(answer)) void this.follow(answer.query_id, turn);
      }
      return { queryId: answer.query_id };
    } catch (error) {
      const problem = problemFrom(error);
      if (turn === this.turn) this.fail(problem);
      return { problem };
    }
  }

  /** Looks at a query that was sent before. */
  resume(queryId: string): void {
    if (this.newest()?.query_id === queryId && !this.failure()) return;
    const turn = this.begin();
    this.drop();
    void this.follow(queryId, turn);
  }

  /** Nothing is looked at any more. */
  forget(): void {
    this.begin();
    this.asking.set(false);
    this.drop();
  }

  /** Cancels on the warehouse, where it costs money. */
  async cancel(): Promise<void> {
    const query = this.newest();
    const turn = this.turn;
    if (!query || !this.canCancel()) return;
    this.canceling.set(true);
    try {
      const answer = await this.api.invoke(cancelQuery, { path: { id: query.query_id } });
      if (turn === this.turn) this.take(answer);
    } catch (error) {
      if (turn === this.turn) this.failure.set(problemFrom(error));
    } finally {
      if (turn === this.turn) this.canceling.set(false);
    }
  }

  /** Fetches the next part of the result, behind what is there. */
  async loadNextChunk(): Promise<void> {
    const result = this.shown();
    const turn = this.turn;
    const chunk = this.nextChunk;
    if (!result || this.asking() || this.isLoadingChunk || chunk >= (result.chunk_count ?? 0)) return;
    this.isLoadingChunk = true;
    try {
      const next = await this.api.invoke(getQuery, { path: { id: result.query_id }, query: { chunk } });
      if (turn !== this.turn) return;
      this.nextChunk = chunk + 1;
      this.loaded.update((rows) => [...rows, ...next.rows]);
    } catch (error) {
      if (turn === this.turn) this.failure.set(problemFrom(error));
    } finally {
      if (turn === this.turn) this.isLoadingChunk = false;
    }
  }

  private begin(): number {
    this.turn += 1;
    this.failure.set(undefined);
    this.canceling.set(false);
    this.isLoadingChunk = false;
    this.begun.set(Date.now());
    this.now.set(Date.now());
    this.asking.set(true);
    return this.turn;
  }

  private drop(): void {
    this.newest.set(undefined);
    this.shown.set(undefined);
    this.loaded.set([]);
  }

  private fail(problem: Problem): void {
    this.asking.set(false);
    this.failure.set(problem);
  }

  private async follow(queryId: string, turn: number): Promise<void> {
    let failures = 0;
    for (let look = 0; turn === this.turn && this.asking(); look++) {
      const before = this.newest();
      const isStarting = before?.warehouse.state === 'STARTING';
      if (before) await pause(isStarting ? STARTING_PAUSE_MS : (PAUSES_MS[look] ?? PAUSES_MS.at(-1) ?? 0));
      // It was cancelled meanwhile, or another one took its place.
      if (turn !== this.turn || !this.asking()) return;
      try {
        const answer = await this.api.invoke(getQuery, { path: { id: queryId } });
        if (turn !== this.turn) return;
        failures = 0;
        this.take(answer);
      } catch (error) {
        const problem = problemFrom(error);
        if (turn !== this.turn) return;
        failures += 1;
        const isPassing = problem.status === 0 || problem.status === 429 || problem.status >= 502;
        if (!isPassing || failures >= MOST_FAILURES) {
          this.fail(problem);
          return;
        }
        await pause((problem.retryAfterSeconds ?? 0) * 1000 || PAUSE_AFTER_FAILURE_MS);
      }
    }
  }

  private take(answer: QueryDto): void {
    this.lookedAt.set(Date.now());
    this.now.set(Date.now());
    this.newest.set(answer);
    if (!hasEnded(answer)) return;
    this.asking.set(false);
    const hasRows = answer.status === 'SUCCEEDED' && answer.error === null;
    this.shown.set(hasRows ? answer : undefined);
    this.loaded.set(hasRows ? answer.rows : []);
    this.nextChunk = 1;
  }
}
