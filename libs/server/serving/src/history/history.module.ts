import { AuditModule } from '@lakescope/server-audit';
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
  ) {}

  onModuleInit(): void {
    for (const table of HISTORY_TABLES) this.tables.register(table);
    for (const [key, schema] of Object.entries(HISTORY_PREFERENCES)) this.preferences.register(key, schema);
  }
}
