import type { FolderRef, IngestionFailure } from '../run/run-options';

/** What a verification may find, by what it means. The list is closed, for callers to map. */
export const FINDINGS = {
  /** The table is not what its source says. */
  damage: [
    'FOLDER_MISSING',
    'FOLDER_LATE',
    'FOLDER_TWICE',
    'FOLDER_OUT_OF_ORDER',
    'FILE_MISSING',
    'FILE_UNKNOWN',
    'FILE_TWICE',
    'FILE_CHANGED',
    'FILE_GONE',
    'FILE_UNREADABLE',
    'ROWS_DIFFER',
    'PAST_CURSOR',
    'COMMIT_MALFORMED',
    'LOG_DISAGREES',
  ],
  /** Somebody else committed to the table, as the protocol lets everybody do. */
  change: ['ROWS_REARRANGED', 'ROWS_CHANGED', 'ROWS_ADDED'],
  /** What people should know of source or table and what is no fault of the table. */
  warning: [
    'METRICS_MISMATCH',
    'PAST_FENCE',
    'HISTORY_GONE',
    'FINGERPRINT_GONE',
    'FINGERPRINT_UNLISTED',
    'FOLDER_PRUNED',
    'OTHER_SOURCE',
    'FILES_ELSEWHERE',
  ],
} as const;

/** What a finding means for the table. */
export type FindingSeverity = keyof typeof FINDINGS;
/** What was found; stable. */
export type FindingCode = (typeof FINDINGS)[FindingSeverity][number];

/** One thing that is not as a table fresh from its source would be. */
export interface VerificationFinding {
  readonly severity: FindingSeverity;
  readonly code: FindingCode;
  /** A sentence. */
  readonly message: string;
  /** The folder it is about, as `<fingerprint>/<folder>`. */
  readonly folder?: string;
  /** The Delta version it is about. */
  readonly version?: number;
}

/**
 * `intact`: everything up to the cursors is in the table exactly once; `changed_by_others`: it was, and others changed rows since; `damaged`:
 * it is not; `absent`: nothing of it was ingested; `unverified`: it could not be looked at.
 */
export type TableVerdict = 'intact' | 'changed_by_others' | 'damaged' | 'absent' | 'unverified';

/** What was proved of one table. */
export interface TableVerification {
  readonly table: string;
  readonly verdict: TableVerdict;
  /** Newest Delta version; undefined while there is none. */
  readonly version: number | undefined;
  /** Folders that the table holds, and what their footers say is in them. */
  readonly folders: number;
  readonly files: number;
  readonly rows: bigint;
  /** Newest ingested folder by fingerprint. */
  readonly cursors: Readonly<Record<string, string>>;
  /** Folders of the source behind the cursors and within the fence: the work of the next run. */
  readonly pendingFolders: number;
  /** Folders that runs put aside and that no later one ingested. */
  readonly quarantined: readonly FolderRef[];
  /** Folders by how their rows compare with the metrics of their batch. */
  readonly reconciliation: { readonly ok: number; readonly mismatch: number; readonly missing: number };
  /** The first ones; `findingsTotal` counts all. */
  readonly findings: readonly VerificationFinding[];
  readonly findingsTotal: number;
  /** Why it could not be looked at; set when `unverified`. */
  readonly failure: IngestionFailure | undefined;
}

/** Kept of each table: who has to look at more has to look at the table. */
const MOST_FINDINGS = 200;

const SEVERITIES = new Map<string, FindingSeverity>(
  (['damage', 'change', 'warning'] as const).flatMap((severity) =>
    FINDINGS[severity].map((code) => [code, severity] as const),
  ),
);

/** Collects findings in bounded memory. */
export class Findings {
  readonly kept: VerificationFinding[] = [];
  private readonly counts = new Map<FindingCode, number>();

  add(code: FindingCode, message: string, about: { folder?: string; version?: number } = {}): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
    if (this.kept.length < MOST_FINDINGS) this.kept.push({ severity: severityOf(code), code, message, ...about });
  }

  get total(): number {
    let total = 0;
    for (const count of this.counts.values()) total += count;
    return total;
  }

  has(code: FindingCode): boolean {
    return this.counts.has(code);
  }

  get hasDamage(): boolean {
    return [...this.counts.keys()].some((code) => severityOf(code) === 'damage');
  }
}

function severityOf(code: FindingCode): FindingSeverity {
  return SEVERITIES.get(code) ?? 'damage';
}
