import { Component, computed, input, output } from '@angular/core';
import { type JobPlanDto, type PlannedTableDto } from '@lakescope/web-api';
import { ByteSize, Chip, type ChipTone, formatCount, formatDuration, Notice } from '@lakescope/web-ui';
import { fileCount, folderCount, tableCount } from '../counted';
import { type ResetDecision } from './job-draft';

const STATES: Readonly<Record<PlannedTableDto['state'], { text: string; tone: ChipTone }>> = {
  ready: { text: $localize`ready`, tone: 'primary' },
  up_to_date: { text: $localize`up to date`, tone: 'neutral' },
  blocked: { text: $localize`blocked`, tone: 'bad' },
};

/** What is to be decided first, then what is to be done. */
const ORDER: readonly PlannedTableDto['state'][] = ['blocked', 'ready', 'up_to_date'];

/** Failures of tables that somebody can decide about. */
const DECIDABLE: ReadonlySet<string> = new Set(['SOURCE_RESET', 'OTHER_SOURCE']);

/** What a run would do, a line for each table, with the decisions that it needs. */
@Component({
  selector: 'ls-plan-view',
  imports: [ByteSize, Chip, Notice],
  templateUrl: './plan-view.html',
  styleUrl: './plan-view.css',
})
export class PlanView {
  readonly plan = input.required<JobPlanDto>();
  /** Of tables whose source was reset, by their names. */
  readonly decisions = input.required<ReadonlyMap<string, ResetDecision>>();
  readonly isBusy = input(false);
  /** Without a decision: it is taken back. */
  readonly decide = output<{ table: string; decision: ResetDecision | undefined }>();

  protected readonly sums = computed(() => {
    const { tables, folders, files } = this.plan();
    const counted = (state: PlannedTableDto['state']) => tables.filter((table) => table.state === state).length;
    const [ready, blocked] = [counted('ready'), counted('blocked')];
    const [what, where] = [
      $localize`${folderCount(folders)}:folders: with ${fileCount(files)}:files:`,
      tableCount(ready),
    ];
    return {
      what:
        folders === 1
          ? $localize`${what}:what: goes into ${where}:tables:,`
          : $localize`${what}:what: go into ${where}:tables:,`,
      blocked,
      refused:
        blocked === 1
          ? $localize`1 table is blocked and would fail as it is. The others do not wait for it.`
          : $localize`${tableCount(blocked)}:tables: are blocked and would fail as they are. The others do not wait for them.`,
    };
  });
  /** That tables point to the source's files, the form says where it is chosen. */
  protected readonly warnings = computed(() => this.plan().warnings.filter(({ code }) => code !== 'REFERENCED_FILES'));
  protected readonly rows = computed(() =>
    [...this.plan().tables]
      .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.table.localeCompare(b.table))
      .map((table) => ({
        table,
        state: STATES[table.state],
        folders: formatCount(table.folders),
        files: formatCount(table.files),
        quarantined:
          table.quarantined === 1
            ? $localize`1 of its folders was put aside by an earlier run and stays so.`
            : $localize`${formatCount(table.quarantined)}:count: of its folders were put aside by earlier runs and stay so.`,
        lag: table.lag_ms === null ? $localize`nothing ingested yet` : formatDuration(Math.round(table.lag_ms / 1_000)),
        decision: this.decisions().get(table.table),
        isReset: DECIDABLE.has(table.failure?.code ?? '') || this.decisions().has(table.table),
      })),
  );

  protected chosen(table: string, event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.decide.emit({ table, decision: value === 'rebuild' || value === 'continue' ? value : undefined });
  }
}
