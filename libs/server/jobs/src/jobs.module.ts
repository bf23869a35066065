import { AuditModule } from '@lakescope/server-audit';
import { AuthModule } from '@lakescope/server-auth';
import { AlertMessagesModule } from '@lakescope/server-metrics';
import { StreamLimits } from '@lakescope/server-http';
import { UserOwnedTables } from '@lakescope/server-persistence';
import { S3Module } from '@lakescope/server-s3';
import { Module, type DynamicModule, type OnModuleInit, type Provider } from '@nestjs/common';
import { EmbeddedEngine, ThreadCode } from './engine/embedded-engine';
import { IngestionEngine } from './engine/ingestion-engine';
import { FeedRemoval } from './freshness/feed-removal';
import { FreshnessAlarms } from './freshness/freshness-alarms';
import { FreshnessBoard } from './freshness/freshness-board';
import { FreshnessChecks } from './freshness/freshness-checks';
import { FreshnessController } from './freshness/freshness.controller';
import { FreshnessRecords } from './freshness/freshness-records';
import { FreshnessThresholds } from './freshness/freshness-thresholds';
import { Grants } from './grants/grants';
import { GrantsController } from './grants/grants.controller';
import { JOB_TABLES } from './job-tables';
import { JobsLimits } from './jobs-limits';
import { JobQueue } from './queue/job-queue';
import { JobsRetention } from './queue/jobs-retention';
import { QueueBell } from './queue/queue-bell';
import { QueueRunner } from './queue/queue-runner';
import { RunOrders } from './queue/run-orders';
import { RunRecords } from './queue/run-records';
import { JobAccess } from './runs/job-access';
import { JobCanceller } from './runs/job-canceller';
import { JobConnections } from './runs/job-connections';
import { JobPlaces } from './runs/job-places';
import { JobPlanner } from './runs/job-planner';
import { JobReader } from './runs/job-reader';
import { JobRights } from './runs/job-rights';
import { JobSearch } from './runs/job-search';
import { JobStarter } from './runs/job-starter';
import { JobsController } from './runs/jobs.controller';
import { JobsHealth } from './runs/jobs-health';
import { ManifestGate } from './schedules/manifest-gate';
import { ScheduleBell } from './schedules/schedule-bell';
import { ScheduleRecords } from './schedules/schedule-records';
import { ScheduleRunner } from './schedules/schedule-runner';
import { ScheduleStarts } from './schedules/schedule-starts';
import { ScheduleTicks } from './schedules/schedule-ticks';
import { Schedules } from './schedules/schedules';
import { SchedulesController } from './schedules/schedules.controller';
import { JobFeed } from './streams/job-feed';
import { JobHistories } from './streams/job-history';
import { JobStreamsController } from './streams/job-streams.controller';

/** Ingestion jobs: what waits, what is under way, and what became of it. */
@Module({
  imports: [AlertMessagesModule, AuditModule, AuthModule, S3Module],
  controllers: [GrantsController, SchedulesController, FreshnessController, JobStreamsController, JobsController],
  providers: [
    FeedRemoval,
    FreshnessAlarms,
    FreshnessBoard,
    FreshnessChecks,
    FreshnessRecords,
    FreshnessThresholds,
    Grants,
    JobAccess,
    JobCanceller,
    JobConnections,
    JobFeed,
    JobHistories,
    JobPlaces,
    JobPlanner,
    JobReader,
    JobRights,
    JobSearch,
    JobStarter,
    JobsHealth,
    JobsRetention,
    JobQueue,
    ManifestGate,
    QueueBell,
    QueueRunner,
    RunOrders,
    RunRecords,
    ScheduleBell,
    ScheduleRecords,
    ScheduleRunner,
    ScheduleStarts,
    ScheduleTicks,
    Schedules,
    ThreadCode,
  ],
  exports: [JobSearch],
})
export class JobsModule implements OnModuleInit {
  static with(
    limits = new JobsLimits(),
    streams = new StreamLimits(),
    engine: Provider = { provide: IngestionEngine, useClass: EmbeddedEngine },
  ): DynamicModule {
    return {
      module: JobsModule,
      providers: [engine, { provide: JobsLimits, useValue: limits }, { provide: StreamLimits, useValue: streams }],
    };
  }

  constructor(private readonly tables: UserOwnedTables) {}

  onModuleInit(): void {
    for (const table of JOB_TABLES) this.tables.register(table);
  }
}
