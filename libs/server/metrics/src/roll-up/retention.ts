import { Injectable } from '@nestjs/common';
import { Background } from './background';

export interface RetentionReport {
  /** Names of the partitions that are gone. */
  readonly dropped: readonly string[];
  /** Partitions that are old enough and stay, and why: an alarm. */
  readonly kept: readonly { readonly partition: string; readonly day: string; readonly reason: string }[];
}

/** Lets go of what is old: raw rows after 7 days, and not before they are proved to live on in the tiers. */
@Injectable()
export class Retention {
  constructor(protected readonly database: Background) {}

  run(_now?: number): Promise<RetentionReport> {
    return Promise.reject(new Error('There is no retention yet'));
  }
}
