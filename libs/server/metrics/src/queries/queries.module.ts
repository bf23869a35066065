import { Module } from '@nestjs/common';
import { CollectionModule } from '../collection/collection.module';
import { AnswerCache } from './answer-cache';
import { CollectionBooks } from './collection-books';
import { EndpointTemplates } from './endpoint-templates';
import { EndpointsCsv } from './endpoints-csv';
import { LatencyHeatmap } from './latency-heatmap';
import { MetricsAnswers } from './metrics-answers';
import { MetricsController } from './metrics.controller';
import { MetricsReader } from './metrics-reader';
import { PeopleMemory } from './people/people-memory';
import { PerformanceReport } from './performance-report';
import { PieceMemory } from './piece-memory';
import { RequestList } from './request-list';
import { TimeSeries } from './time-series';
import { TopUsers } from './top-users';
import { UsageReport } from './usage-report';

/** What can be asked about metrics. */
@Module({
  imports: [CollectionModule],
  controllers: [MetricsController],
  providers: [
    AnswerCache,
    CollectionBooks,
    EndpointTemplates,
    EndpointsCsv,
    LatencyHeatmap,
    MetricsAnswers,
    MetricsReader,
    PeopleMemory,
    PerformanceReport,
    PieceMemory,
    RequestList,
    TimeSeries,
    TopUsers,
    UsageReport,
  ],
  exports: [MetricsReader],
})
export class QueriesModule {}
