import { AuditModule } from '@lakescope/server-audit';
import { FeatureCounters } from '@lakescope/server-http';
import { LakebaseModule, PreferenceKeys } from '@lakescope/server-lakebase';
import { UserOwnedTables } from '@lakescope/server-persistence';
import { Module, type OnModuleInit } from '@nestjs/common';
import { HeldBytes } from '../invocations/held-bytes';
import { DetectionEvents, InferenceLog } from '../inference-log';
import { AsyncRows } from './async-rows';
import { DetectionWriter } from './detection-writer';
import { HistoryController } from './history.controller';
import { HistoryLimits } from './history-limits';
import { HistoryRetention } from './history-retention';
import { HISTORY_PREFERENCES, HISTORY_TABLES } from './history-tables';
import { InferenceHistory } from './inference-history';
import { InferenceRows } from './inference-rows';
import { InferenceWriter } from './inference-writer';

/** What is kept of people's work with models. */
@Module({
  imports: [AuditModule, LakebaseModule],
  controllers: [HistoryController],
  providers: [
    AsyncRows,
    DetectionWriter,
    { provide: DetectionEvents, useExisting: DetectionWriter },
    HeldBytes,
    HistoryRetention,
    { provide: HistoryLimits, useFactory: () => new HistoryLimits() },
    InferenceHistory,
    { provide: InferenceLog, useExisting: InferenceWriter },
    InferenceRows,
    InferenceWriter,
  ],
  exports: [AsyncRows, DetectionEvents, HeldBytes, HistoryLimits, InferenceHistory, InferenceLog],
})
export class HistoryModule implements OnModuleInit {
  constructor(
    private readonly tables: UserOwnedTables,
    private readonly preferences: PreferenceKeys,
    private readonly counters: FeatureCounters,
    private readonly inferences: InferenceWriter,
    private readonly detections: DetectionWriter,
  ) {}

  onModuleInit(): void {
    for (const table of HISTORY_TABLES) this.tables.register(table);
    for (const [key, schema] of Object.entries(HISTORY_PREFERENCES)) {
      // Whether models are asked without a trace is something administrators may have to account for.
      this.preferences.register(key, schema, { isAudited: true });
    }
    this.counters.register({
      name: 'lakescope_history_rows_lost_total',
      help: 'Rows of the history of model serving that were lost, by table.',
      read: () => [
        [{ table: 'model_inference_logs' }, this.inferences.lostRows],
        [{ table: 'schema_detection_events' }, this.detections.lostRows],
      ],
    });
  }
}
