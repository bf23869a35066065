import { Clipboard } from '@angular/cdk/clipboard';
import { Component, computed, effect, inject, input, output, untracked, viewChild } from '@angular/core';
import { Chip, csvLine, formatCount, formatMilliseconds, RowKeys, rowScroll, TimeAgo } from '@lakescope/web-ui';
import { Toasts } from '../../shell/toasts';
import { statusOf } from '../ask/answer-view';
import { HISTORY_COLUMNS, type HistoryColumn, historyLines } from './history-columns';
import { type HistoryLine, onOneLine } from './history-page';

/** Characters of a request or an answer that fit a line. */
const LONGEST = 160;
/** With so few rows left below what is in sight older ones are asked for. */
const ROWS_AHEAD = 10;
/** What opens an invocation, after the box that compares it. */
const OPENER = 1;

/** The invocations of the history, one a row; only those in sight are drawn. */
@Component({
  selector: 'ls-history-table',
  imports: [Chip, RowKeys, TimeAgo],
  templateUrl: './history-table.html',
  styleUrls: ['../../shell/stacked-table.css', './history-table.css'],
})
export class HistoryTable {
  readonly lines = input.required<readonly HistoryLine[]>();
  readonly shown = input.required<ReadonlySet<HistoryColumn>>();
  readonly hasMore = input(false);
  /** The id of the invocation that is open. */
  readonly opened = input<string>();
  /** The ids of those that are compared. */
  readonly compared = input<readonly string[]>([]);
  readonly opening = output<string>();
  readonly comparing = output<string>();
  /** The end of what is there comes into sight. */
  readonly wantsMore = output();

  private readonly keys = viewChild.required(RowKeys);
  private readonly clipboard = inject(Clipboard);
  private readonly toasts = inject(Toasts);
  protected readonly scroll = rowScroll(computed(() => this.lines().length));
  protected readonly columns = computed(() => HISTORY_COLUMNS.filter(({ key }) => this.shown().has(key)));
  protected readonly rows = computed(() => {
    const { first, end } = this.scroll.window();
    return this.lines()
      .slice(first, end)
      .map((line, offset) => ({
        line,
        index: first + offset,
        state: statusOf(line.status),
        took: line.executionTimeMs === null ? '' : formatMilliseconds(line.executionTimeMs),
        tokens: line.totalTokens === null ? '' : formatCount(line.totalTokens),
        asked: onOneLine(line.inputs ?? '', LONGEST),
        answered: onOneLine(line.predictions ?? '', LONGEST),
        isCompared: this.compared().includes(line.requestId),
        isShown: line.requestId === this.opened(),
        compareLabel: $localize`Compare the invocation of ${line.createdAt}:time:`,
      }));
  });

  constructor() {
    effect(() => {
      if (this.hasMore() && this.scroll.window().end > this.lines().length - ROWS_AHEAD) {
        untracked(() => this.wantsMore.emit());
      }
    });
  }

  /** Gives the keyboard back to what opened an invocation; it may have been scrolled out of sight meanwhile. */
  focus(requestId: string): void {
    const index = this.lines().findIndex((line) => line.requestId === requestId);
    if (index >= 0) this.keys().goTo(index, OPENER);
  }

  protected copy(index: number): void {
    const [, cells = []] = historyLines(this.lines().slice(index, index + 1), this.shown());
    this.clipboard.copy(csvLine(cells).trimEnd());
    this.toasts.show($localize`Row copied`);
  }
}
