import { metricsAccuracy } from './accuracy';
import { metricsDashboard, metricsHistory } from './dashboard';
import { metricsDashboardLoad } from './dashboard-load';
import { metricsEvents } from './events';
import { FilledDatabase } from './filled-database';
import { FULL_ROWS, sizeOf, type Findings, type Goal, type Setting, type Size } from './goal';
import { metricsIngest } from './ingest';
import { metricsLoop } from './loop';
import { metricsLoss } from './loss';
import { metricsRecord } from './record';
import { metricsRollUp } from './roll-up';
import { metricsShutdown } from './shutdown';
import { metricsSize } from './size';
import { metricsVisibility } from './visibility';

export const goals: readonly Goal[] = [
  metricsRecord,
  metricsLoop,
  metricsIngest,
  metricsEvents,
  metricsDashboard,
  metricsHistory,
  metricsAccuracy,
  metricsSize,
  metricsVisibility,
  metricsShutdown,
  metricsLoss,
  // These change the large database, so they come after all that only read it.
  metricsDashboardLoad,
  metricsRollUp,
];

/** One run over some of the goals; what is large is made once. */
export class MetricsRun {
  readonly size: Size = sizeOf(Number(process.env['LAKESCOPE_BENCH_ROWS'] ?? FULL_ROWS));
  private making: Promise<FilledDatabase> | undefined;

  constructor(private readonly log: (line: string) => void) {}

  measure(goal: Goal): Promise<Findings> {
    const { size, log } = this;
    log(`${goal.name}: ${goal.title(size)}`);
    const setting: Setting = { size, log, filled: () => this.filled() };
    return goal.measure(setting);
  }

  async end(): Promise<void> {
    const filled = await this.making?.catch(() => undefined);
    await filled?.stop();
  }

  private filled(): Promise<FilledDatabase> {
    this.making ??= FilledDatabase.make(this.size.rows, this.log);
    return this.making;
  }
}
