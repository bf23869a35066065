import { Injectable } from '@nestjs/common';
import { Background } from './background';

export interface PartitionsReport {
  /** Names of the partitions that were made. */
  readonly created: readonly string[];
  /** Rows that no partition takes: an alarm, because they can neither be rolled up nor expire. */
  readonly inDefault: Readonly<Record<string, number>>;
}

/** The partitions of the raw tables: one per UTC day, from yesterday to three days ahead. */
@Injectable()
export class Partitions {
  constructor(protected readonly database: Background) {}

  /** What was found last; undefined before the first time. For the storage alerts. */
  last: PartitionsReport | undefined;

  /** Makes what is missing. May run on any number of replicas at once. */
  ensure(_now?: number): Promise<PartitionsReport> {
    return Promise.reject(new Error('There are no partitions yet'));
  }
}
