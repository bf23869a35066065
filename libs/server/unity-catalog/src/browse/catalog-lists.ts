import type { Page } from '@lakescope/databricks-client';
import {
  collectPage,
  Cursors,
  InvalidRequest,
  type JsonValue,
  type UpstreamPosition,
  type UserCaller,
} from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { Via } from './browse-page.dto';
import type { BrowseOptions } from './browse-query.dto';
import type { CatalogSource, PageAsk } from './catalog-source';
import { CatalogSources } from './catalog-sources';

/** Which page of which list. */
export interface ListAsk extends BrowseOptions {
  /** Names the list and what it was asked for: a cursor of another list is refused. */
  readonly list: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface Begun extends UpstreamPosition {
  via: Via;
}

/** Pages through lists of the catalog, by whatever way the caller may ask, under signed cursors that remember the way. */
@Injectable()
export class CatalogLists {
  constructor(
    private readonly sources: CatalogSources,
    private readonly cursors: Cursors,
  ) {}

  async read<T>(
    caller: UserCaller,
    { list, limit, cursor, start_warehouse }: ListAsk,
    signal: AbortSignal,
    fetchPage: (source: CatalogSource, ask: PageAsk) => Promise<Page<T>>,
  ): Promise<{ items: T[]; next_cursor: string | null; via: Via }> {
    // The platform's page tokens may be good for the user who got them only.
    const scope = JSON.stringify([list, caller.userId]);
    const begun = cursor === undefined ? undefined : positionOf(this.cursors.decode(scope, cursor));
    const ask = { signal, startWarehouse: start_warehouse === true, begun: begun?.via };
    return this.sources.ask(caller, ask, async (source) => {
      if (begun !== undefined && begun.via !== source.via) throw otherWay();
      const start = begun ?? { skip: 0 };
      const { items, next } = await collectPage(limit, start, (pageToken, size) =>
        fetchPage(source, { pageToken, size, signal }),
      );
      const { via } = source;
      return { items, next_cursor: next === undefined ? null : this.cursors.encode(scope, { ...next, via }), via };
    });
  }
}

function positionOf(value: JsonValue): Begun {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['skip'] === 'number') {
    const { token, skip, via } = value;
    if (via === 'rest' || via === 'sql') {
      if (typeof token === 'string') return { token, skip: Number(skip), via };
      if (token === undefined) return { skip: Number(skip), via };
    }
  }
  throw otherWay();
}

function otherWay(): InvalidRequest {
  return new InvalidRequest('The list cannot go on where the cursor says; ask for the first page again.', [
    { path: 'cursor', message: 'must be of a list that was begun the same way' },
  ]);
}
