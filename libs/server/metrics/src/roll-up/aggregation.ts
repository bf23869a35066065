import type { SystemWork } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import { Partitions, type PartitionsReport } from './partitions';
import { Retention, type RetentionReport } from './retention';
import { RollUp, type RollUpReport } from './roll-up';
import { RollUpSteps } from './roll-up-steps';

export interface AggregationReport {
  readonly rollUp: RollUpReport;
  readonly partitions: PartitionsReport;
  readonly retention: RetentionReport;
  readonly tookMs: number;
}

/** For a command line, where nothing is injected. */
export function aggregationOn(database: SystemWork): Aggregation {
  const clock = new MetricsClock();
  return new Aggregation(
    new Partitions(database, clock),
    new RollUp(database, clock, new RollUpSteps()),
    new Retention(database, clock),
  );
}

/**
 * Partitions, roll-up and retention, in this order: what the schedule, the route and the command all run. Again and again, on any number
 * of replicas, it comes to the same.
 */
@Injectable()
export class Aggregation {
  constructor(
    private readonly partitions: Partitions,
    private readonly rollUp: RollUp,
    private readonly retention: Retention,
  ) {}

  async run(): Promise<AggregationReport> {
    const startedAt = performance.now();
    const partitions = await this.partitions.ensure();
    const rollUp = await this.rollUp.run();
    const retention = await this.retention.run();
    return { partitions, rollUp, retention, tookMs: Math.round(performance.now() - startedAt) };
  }
}
