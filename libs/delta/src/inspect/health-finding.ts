import type { JsonValue } from '../schema/types';

/** The closed list of what can be said about the health of a table. */
export const HEALTH_CODES = [
  'MISSING_FILES',
  'CHECKSUM_MISMATCH',
  'ABSOLUTE_PATHS',
  'SMALL_FILES',
  'MANY_DELETED_ROWS',
  'PARTITION_SKEW',
  'MISSING_STATS',
  'OLD_CHECKPOINT',
  'EXPIRED_TOMBSTONES',
  'LONG_LOG',
] as const;
/** What a look at the health of a table can find, as a closed list. */
export type HealthCode = (typeof HEALTH_CODES)[number];

/** `info` is worth knowing, `warning` costs time or money, `bad` means that rows cannot be read or may be lost. */
export type HealthSeverity = 'info' | 'warning' | 'bad';

/** One thing that was found, with what it means and what to do about it. */
export interface HealthFinding {
  code: HealthCode;
  severity: HealthSeverity;
  title: string;
  /** What was seen, in numbers. */
  detail: string;
  /** What to do. */
  advice: string;
  /** The statement that does it, where one does. */
  statement?: string;
  /** The numbers by themselves; those that can pass 2^53 are text. */
  facts: Record<string, JsonValue>;
}
