import { CreateUserPreferences1795219200000 } from './1795219200000-create-user-preferences';
import { CreateAuditLog1795305600000 } from './1795305600000-create-audit-log';
import { CreateReplicas1795305660000 } from './1795305660000-create-replicas';
import { NoteUseOfPreferences1795305720000 } from './1795305720000-note-use-of-preferences';
import { CreateMetrics1795392000000 } from './1795392000000-create-metrics';
import { CreateAlertRules1795392060000 } from './1795392060000-create-alert-rules';
import { FindPeopleOfMetrics1795392120000 } from './1795392120000-find-people-of-metrics';
import { CreateMetricTotals1795392180000 } from './1795392180000-create-metric-totals';
import { CreateFileUploads1795478520000 } from './1795478520000-create-file-uploads';
import { CreateQueries1795478580000 } from './1795478580000-create-queries';
import { CreateS3Connections1795564800000 } from './1795564800000-create-s3-connections';
import { CreateInferenceLogs1795651200000 } from './1795651200000-create-inference-logs';
import { KeepHowModelsWereAsked1795651260000 } from './1795651260000-keep-how-models-were-asked';
import { CreateIngestionJobs1795737600000 } from './1795737600000-create-ingestion-jobs';
import { LetInvocationsBeCanceled1795737660000 } from './1795737660000-let-invocations-be-canceled';
import { RunIngestionSchedules1795737780000 } from './1795737780000-run-ingestion-schedules';
import { KeepFreshness1795737840000 } from './1795737840000-keep-freshness';
import { AlertOnFreshness1795737900000 } from './1795737900000-alert-on-freshness';
import { EndGrantsWithConnections1795737960000 } from './1795737960000-end-grants-with-connections';
import { NameTargetConnections1795738020000 } from './1795738020000-name-target-connections';
import { LetGranteesBeForgotten1795738140000 } from './1795738140000-let-grantees-be-forgotten';

/** Every migration, oldest first. A new one is added here; an old one is never changed. */
export const migrations = [
  CreateUserPreferences1795219200000,
  CreateAuditLog1795305600000,
  CreateReplicas1795305660000,
  NoteUseOfPreferences1795305720000,
  CreateMetrics1795392000000,
  CreateAlertRules1795392060000,
  FindPeopleOfMetrics1795392120000,
  CreateMetricTotals1795392180000,
  CreateFileUploads1795478520000,
  CreateQueries1795478580000,
  CreateS3Connections1795564800000,
  CreateInferenceLogs1795651200000,
  KeepHowModelsWereAsked1795651260000,
  CreateIngestionJobs1795737600000,
  LetInvocationsBeCanceled1795737660000,
  RunIngestionSchedules1795737780000,
  KeepFreshness1795737840000,
  AlertOnFreshness1795737900000,
  EndGrantsWithConnections1795737960000,
  NameTargetConnections1795738020000,
  LetGranteesBeForgotten1795738140000,
];
