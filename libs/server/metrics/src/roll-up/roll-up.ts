import { Injectable } from '@nestjs/common';
import { Background } from './background';
import { RollUpSteps } from './roll-up-steps';

export interface RollUpOptions {
  /** Also the bucket that is still open, for tests. */
  untilNow?: boolean;
}

export interface RollUpReport {
  /** `skipped` when another replica is at it; `unfinished` when the time was up before everything was done. */
  readonly status: 'done' | 'unfinished' | 'skipped';
  /** Buckets of 5 minutes that were worked out anew. */
  readonly buckets: number;
  readonly tookMs: number;
}

/** Works out the tiers (5 minutes, hours, days) from raw rows. */
@Injectable()
export class RollUp {
  constructor(
    protected readonly database: Background,
    protected readonly steps: RollUpSteps,
  ) {}

  /** When this process has last rolled something up, or found that nothing was to do. */
  lastRunAt: Date | undefined;

  run(_options: RollUpOptions = {}): Promise<RollUpReport> {
    return Promise.reject(new Error('There is no roll-up yet'));
  }
}
