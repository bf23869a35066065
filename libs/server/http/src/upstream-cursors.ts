import type { Page } from '@lakescope/databricks-client';
import { Inject, Injectable } from '@nestjs/common';
import type { UserCaller } from './caller';
import { Cursors, outdatedCursor, type JsonValue } from './cursors';
import { collectPage, type UpstreamPosition } from './upstream-pages';

/** One of our pages: which list, how much of it, and from where. */
export interface PageRequest {
  /** Names the list and what it was asked for: a cursor of another list is refused. */
  list: string;
  limit: number;
  cursor?: string | undefined;
}

/** Pages through lists of the platform under signed cursors of our own. */
@Injectable()
export class UpstreamCursors {
  constructor(@Inject(Cursors) private readonly cursors: Cursors) {}

  async read<T>(
    caller: UserCaller,
    { list, limit, cursor }: PageRequest,
    fetchPage: (pageToken: string | undefined, size: number) => Promise<Page<T>>,
  ): Promise<{ items: T[]; next_cursor: string | null }> {
    // The platform's page tokens may be good for the user who got them only.
    const scope = JSON.stringify([list, caller.userId]);
    const start = cursor === undefined ? { skip: 0 } : positionOf(this.cursors.decode(scope, cursor));
    const { items, next } = await collectPage(limit, start, fetchPage);
    return { items, next_cursor: next === undefined ? null : this.cursors.encode(scope, { ...next }) };
  }
}

function positionOf(value: JsonValue): UpstreamPosition {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['skip'] === 'number') {
    const { token, skip } = value;
    if (typeof token === 'string') return { token, skip: Number(skip) };
    if (token === undefined) return { skip: Number(skip) };
  }
  throw outdatedCursor();
}
