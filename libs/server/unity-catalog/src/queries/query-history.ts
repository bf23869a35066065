import { Cursors, type PageQuery, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { AbandonedQueries } from './abandoned-queries';
import { PastQueryDto, type QueryHistoryPage } from './query-history.dto';
import { QueryRecords } from './query-records';

/** What a person has asked before. */
@Injectable()
export class QueryHistory {
  constructor(
    private readonly records: QueryRecords,
    private readonly abandoned: AbandonedQueries,
    private readonly cursors: Cursors,
  ) {}

  async list(caller: UserCaller, { limit, cursor }: PageQuery): Promise<QueryHistoryPage> {
    await this.abandoned.cancelOf(caller);
    const scope = JSON.stringify(['queries', caller.userId]);
    const place = this.cursors.decodeTexts(scope, cursor, 2);
    const after = place === undefined ? undefined : { submittedAt: place[0], queryId: place[1] };
    const found = await this.records.list(caller, limit + 1, after);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map((record) => PastQueryDto.from(record)),
      next_cursor:
        last === undefined ? null : this.cursors.encode(scope, [last.submittedAt.toISOString(), last.queryId]),
    };
  }
}
