import {
  currentCorrelationId,
  failureOf,
  HttpLimits,
  problemOf,
  type ProblemDto,
  type UserCaller,
} from '@lakescope/server-http';
import { JobSearch } from '@lakescope/server-jobs';
import { EndpointSearch } from '@lakescope/server-serving';
import { CatalogSearch } from '@lakescope/server-unity-catalog';
import { Injectable, Logger } from '@nestjs/common';
import type { EverythingFoundDto, SearchEverythingQuery } from './search-everything.dto';
import { SearchLimits } from './search-limits';
import { SearchTooSlow } from './search.errors';

const BODIES = new HttpLimits();
const NOTHING: { items: []; has_more: false } = { items: [], has_more: false };

interface Place<Found> {
  /** As people call it. */
  readonly what: string;
  /** Where it was asked, for problems. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** What is answered beside a problem. */
  readonly nothing: Found;
}

/** Searches all places at once, each with the caller's own rights; what fails in one is told there and keeps nothing back of the others. */
@Injectable()
export class EverythingSearch {
  private readonly logger = new Logger('Search');

  constructor(
    private readonly catalog: CatalogSearch,
    private readonly endpoints: EndpointSearch,
    private readonly jobs: JobSearch,
    private readonly limits: SearchLimits,
  ) {}

  /**
   * `path`: where it was asked. Rejects where the caller's token is refused, which concerns all of it, and when `signal` says
   * that the caller has left.
   */
  async search(
    caller: UserCaller,
    query: SearchEverythingQuery,
    path: string,
    signal: AbortSignal,
  ): Promise<EverythingFoundDto> {
    const { q: text, limit, start_warehouse } = query;
    const options = start_warehouse === undefined ? {} : { start_warehouse };
    const place = { path, signal };
    const [catalog, endpoints, jobs] = await Promise.all([
      this.lookInto(
        { ...place, what: 'The catalog', nothing: { items: [], has_more: false, incomplete: true } },
        async (inTime) => {
          const wanted = { q: text, limit, ...options };
          const { items, next_cursor, incomplete } = await this.catalog.search(caller, wanted, inTime);
          return { items, has_more: next_cursor !== null, incomplete };
        },
      ),
      this.lookInto({ ...place, what: 'Serving endpoints', nothing: NOTHING }, (inTime) =>
        this.endpoints.find(caller, text, limit, inTime),
      ),
      this.lookInto({ ...place, what: 'Jobs', nothing: NOTHING }, () => this.jobs.find(caller, text, limit)),
    ]);
    return { catalog, serving_endpoints: endpoints, jobs };
  }

  /** What a place has, or `nothing` and the problem. */
  private async lookInto<Found extends object>(
    { what, path, signal, nothing }: Place<NoInfer<Found>>,
    look: (signal: AbortSignal) => Promise<Found>,
  ): Promise<Found & { problem: ProblemDto | null }> {
    try {
      return { ...(await this.inTime(what, look, signal)), problem: null };
    } catch (error) {
      const problem = problemOf(failureOf(error, BODIES), currentCorrelationId() ?? '', path);
      if (signal.aborted || problem.status === 401) throw error;
      const line = { msg: `${what} could not be searched: ${problem.error_code}`, err: error };
      if (problem.status >= 500) this.logger.warn(line);
      else this.logger.debug(line);
      return { ...nothing, problem };
    }
  }

  private async inTime<T>(what: string, look: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { placeMs } = this.limits;
    const patience = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new SearchTooSlow(what, placeMs));
        patience.abort();
      }, placeMs);
    });
    try {
      return await Promise.race([look(AbortSignal.any([signal, patience.signal])), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
