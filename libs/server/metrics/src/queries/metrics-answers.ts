import type { JsonValue } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import { AnswerCache } from './answer-cache';
import { CollectionBooks } from './collection-books';
import type { MetricsAnswerDto } from './metrics-answer.dto';
import type { RangeQuery } from './metrics-range.dto';
import { rangeOf, type MetricsRange } from './metrics-range';
import { MetricsReader } from './metrics-reader';
import type { MetricsSnapshot } from './metrics-snapshot';

/** What a question is answered from. */
export interface Asked {
  readonly range: MetricsRange;
  readonly now: number;
  readonly snapshot: MetricsSnapshot;
}

/** Answers questions about metrics: all of one answer as of one instant, and every answer says where it is from. */
@Injectable()
export class MetricsAnswers {
  constructor(
    private readonly clock: MetricsClock,
    private readonly reader: MetricsReader,
    private readonly books: CollectionBooks,
    private readonly cache: AnswerCache,
  ) {}

  /** `question` is everything the answer depends on beside the range. Throws `InvalidRequest` for a range that breaks a rule. */
  answer<T extends object>(
    question: JsonValue,
    query: RangeQuery,
    read: (asked: Asked) => Promise<T>,
    percentileMethod: MetricsAnswerDto['percentile_method'] = 'nearest_rank',
  ): Promise<MetricsAnswerDto & T> {
    return this.once(question, query, async (asked) => {
      const answer = await read(asked);
      const { range, now, snapshot } = asked;
      const collection = await this.books.read(snapshot.tx, range, now);
      return {
        time_range: range.label,
        start_time: iso(range.start),
        end_time: iso(range.end),
        effective_from: iso(range.from),
        effective_to: iso(range.to),
        as_of: iso(now),
        percentile_method: percentileMethod,
        sources: snapshot.sources,
        collection,
        unreadable_histograms: snapshot.unreadable,
        ...answer,
      };
    });
  }

  /** The same for an answer that says nothing of itself. */
  once<T>(question: JsonValue, query: RangeQuery, read: (asked: Asked) => Promise<T>): Promise<T> {
    const now = this.now();
    const range = rangeOf(query, now);
    // The rules are held against everybody's own question; what is given again was asked for in the same words.
    const { time_range = query.start === undefined ? '24h' : null, start = null, end = null } = query;
    return this.cache.answer(JSON.stringify([question, time_range, start, end]), () =>
      this.reader.read((snapshot) => read({ range, now, snapshot })),
    );
  }

  now(): number {
    return Math.floor(this.clock.now());
  }
}

export function iso(instant: number): string {
  return new Date(instant).toISOString();
}
