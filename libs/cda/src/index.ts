export { LocalSource } from './source/local-source';
export { LocalTarget } from './target/local-target';
export { planIngestion } from './plan/plan-ingestion';
export { runIngestion } from './run/run-ingestion';
export { IngestionRefused, type IngestionRefusal } from './errors';
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
