export type { SourceObject, SourceRead, SourceStore } from './source/source-store';
export type { TargetStore } from './target/target-store';
export type {
  FolderRef,
  FolderResult,
  IngestionFailure,
  IngestionMode,
  IngestionOptions,
  IngestionPlan,
  IngestionWarning,
  OnPoison,
  PathRewrite,
  Reconciliation,
  ResetDecision,
  RunEvent,
  RunOptions,
  RunOutcome,
  RunResult,
  SchemaChange,
  TableOutcome,
  TablePlan,
  TableResult,
} from './run/run-options';
