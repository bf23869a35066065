import { Injectable } from '@nestjs/common';
import { MetricsAnswers } from './metrics-answers';
import type { TopUsersDto, TopUsersQuery } from './top-users.dto';

/** Who did most: names people, so it is read only when somebody asks for it. */
@Injectable()
export class TopUsers {
  constructor(private readonly answers: MetricsAnswers) {}

  of(query: TopUsersQuery): Promise<TopUsersDto> {
    return this.answers.once(['users', query.limit], query, async ({ snapshot, range }) => ({
      items: await snapshot.topUsers(range, query.limit),
    }));
  }
}
