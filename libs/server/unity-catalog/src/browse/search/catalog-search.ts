import { Cursors, outdatedCursor, type JsonValue, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { explained } from '../catalog-browser';
import { findObjects, type SearchPosition } from './find-objects';
import { ObjectIndexes } from './object-indexes';
import { OBJECT_KINDS, type SearchPage, type SearchQuery } from './search.dto';

/** Searches the names of everything the caller may see. */
@Injectable()
export class CatalogSearch {
  constructor(
    private readonly indexes: ObjectIndexes,
    private readonly cursors: Cursors,
  ) {}

  async search(caller: UserCaller, query: SearchQuery, signal: AbortSignal): Promise<SearchPage> {
    const { q: text, kinds = OBJECT_KINDS, limit, cursor, start_warehouse } = query;
    const scope = JSON.stringify(['search', text, kinds, caller.userId]);
    const after = cursor === undefined ? undefined : positionOf(this.cursors.decode(scope, cursor));
    const { objects, via, growing } = await this.indexes
      .of(caller, { signal, startWarehouse: start_warehouse === true })
      .catch(
        explained(caller, 'the catalogs', 'Ask an administrator of the metastore for USE CATALOG on those you need'),
      );
    const { hits, next } = findObjects(objects, { text, kinds: new Set(kinds), limit, after });
    return {
      items: hits,
      next_cursor: next === undefined ? null : this.cursors.encode(scope, [...next]),
      via,
      incomplete: objects.incomplete || growing,
    };
  }
}

function positionOf(value: JsonValue): SearchPosition {
  if (Array.isArray(value)) {
    const [rank, kind, ...names] = value;
    if (typeof rank === 'number' && typeof kind === 'number' && names.every((name) => typeof name === 'string')) {
      return [rank, kind, ...names];
    }
  }
  throw outdatedCursor();
}
