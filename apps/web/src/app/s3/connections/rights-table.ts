import { Component, computed, input } from '@angular/core';
import { Chip, type ChipTone, FixLine } from '@lakescope/web-ui';

/** A right that was tried, as people read of it. */
export interface TriedRight {
  /** Unique in its table. */
  readonly key: string;
  /** Of a run, at which of its ends; undefined where there is one place only. */
  readonly end?: string;
  readonly label: string;
  /** What the right is good for. */
  readonly use: string;
  readonly state: { readonly label: string; readonly tone: ChipTone };
  /** What was seen. */
  readonly detail: string;
  /** What to do about it; null or undefined where nothing is to be done. */
  readonly advice?: string | null;
  /** The line of a policy that would give the right, or take it away; null where there is none. */
  readonly line: string | null;
}

/** Rights that were tried, a row each: what was seen, and what would mend it. On a telephone each is a block of its own. */
@Component({
  selector: 'ls-rights-table',
  imports: [Chip, FixLine],
  templateUrl: './rights-table.html',
  styleUrls: ['../../shell/stacked-table.css', './rights-table.css'],
})
export class RightsTable {
  readonly rows = input.required<readonly TriedRight[]>();
  /** What the table is called. */
  readonly label = input.required<string>();

  protected readonly hasEnds = computed(() => this.rows().some(({ end }) => end !== undefined));
}
