import type { PreferenceKeys } from '@lakescope/server-lakebase';
import type { UserOwnedTable } from '@lakescope/server-persistence';

/** What is kept of people's work with models, for export, erasure and the proof of row-level security. */
export const HISTORY_TABLES: readonly UserOwnedTable[] = [
  {
    name: 'model_inference_logs',
    userColumn: 'user_id',
    activityColumn: 'created_at',
    exportColumns: [
      'request_id',
      'endpoint_name',
      'served_entity',
      'asked_entity',
      'timeout_seconds',
      'status',
      'inputs',
      'inputs_truncated',
      'predictions',
      'predictions_truncated',
      'execution_time_ms',
      'error_code',
      'error_message',
      'tokens',
      'correlation_id',
      'created_at',
      'completed_at',
    ],
    onErase: 'delete',
  },
  {
    name: 'schema_detection_events',
    userColumn: 'user_id',
    activityColumn: 'detected_at',
    exportColumns: [
      'endpoint_name',
      'detected_type',
      'status',
      'source',
      'latency_ms',
      'error_message',
      'correlation_id',
      'detected_at',
    ],
    onErase: 'delete',
  },
];

/** What people choose about their history. */
export const HISTORY_PREFERENCES: Readonly<Record<string, Parameters<PreferenceKeys['register']>[1]>> = {
  /** `off`: what models are asked, and answer, is not kept. */
  inference_history: { enum: ['on', 'off'] },
};

/** SQL: whether the person `$1` does not want a history. Asked by the statement that would write it, so that there is no moment in between. */
export const OPTED_OUT = `EXISTS (SELECT FROM user_preferences
  WHERE user_id = $1 AND preference_key = 'inference_history' AND preference_value = '"off"')`;
