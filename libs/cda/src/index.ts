export { LocalSource } from './source/local-source';
export { S3Source, type S3Place } from './source/s3-source';
export { S3Target } from './target/s3-target';
export { LocalTarget } from './target/local-target';
export { readFences, type ManifestFences } from './plan/read-fences';
export { planIngestion } from './plan/plan-ingestion';
export { runIngestion } from './run/run-ingestion';
export { verifyIngestion, type VerifyOptions } from './verify/verify-ingestion';
export {
  FINDINGS,
  type FindingCode,
  type FindingSeverity,
  type TableVerdict,
  type TableVerification,
  type VerificationFinding,
} from './verify/verification';
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
