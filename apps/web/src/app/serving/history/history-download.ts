import { DestroyRef, DOCUMENT, inject, Service, signal } from '@angular/core';
import { listInferenceLogs, type Page, problemFrom, TextApi } from '@lakescope/web-api';
import { csvFile, formatCount } from '@lakescope/web-ui';
import { saveFile } from '../../delta/preview/received-file';
import { Toasts } from '../../shell/toasts';
import { UsageEvents } from '../../tracking/usage-events';
import { type HistoryColumn, historyLines } from './history-columns';
import { type HistoryFilter } from './history-filter';
import { type HistoryLine, historyPageFrom } from './history-page';

const A_PAGE = 200;
/** A browser holds them, and a spreadsheet opens them. */
const MOST_ROWS = 10_000;

/** The history as a file of CSV: all that meets the conditions, not only what was scrolled to. */
@Service({ autoProvided: false })
export class HistoryDownload {
  private readonly api = inject(TextApi);
  private readonly document = inject(DOCUMENT);
  private readonly toasts = inject(Toasts);
  private readonly usage = inject(UsageEvents);
  private readonly fetched = signal<number | undefined>(undefined);
  private underWay: AbortController | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => this.stop());
  }

  isUnderWay(): boolean {
    return this.fetched() !== undefined;
  }

  /** How many rows are there already; undefined when none are being fetched. */
  count(): string | undefined {
    const fetched = this.fetched();
    return fetched === undefined ? undefined : formatCount(fetched);
  }

  stop(): void {
    this.underWay?.abort();
    this.fetched.set(undefined);
  }

  async save(query: HistoryFilter & { readonly endpoint: string }, shown: ReadonlySet<HistoryColumn>): Promise<void> {
    const { signal: mine } = (this.underWay = new AbortController());
    try {
      const { lines, isCut } = await this.fetch(query, mine);
      saveFile(this.document, `history-${query.endpoint}.csv`, csvFile(historyLines(lines, shown)));
      this.usage.record('export_triggered', { elementId: 'serving-history-csv', metadata: { format: 'csv' } });
      if (isCut) {
        this.toasts.show(
          $localize`Only the newest ${formatCount(MOST_ROWS)}:count: are in the file: narrow the time for others`,
        );
      }
    } catch (error) {
      if (!mine.aborted)
        this.toasts.show($localize`The history could not be fetched. ${problemFrom(error).detail}:why:`);
    } finally {
      if (!mine.aborted) this.fetched.set(undefined);
    }
  }

  private async fetch(
    query: HistoryFilter & { readonly endpoint: string },
    mine: AbortSignal,
  ): Promise<{ readonly lines: readonly HistoryLine[]; readonly isCut: boolean }> {
    const lines: HistoryLine[] = [];
    this.fetched.set(0);
    let cursor: string | undefined;
    do {
      const asked = { ...query, limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const { text } = await this.api.send(listInferenceLogs, { query: asked }, { signal: mine });
      const page: Page<HistoryLine> = historyPageFrom(text);
      lines.push(...page.items);
      this.fetched.set(lines.length);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined && lines.length < MOST_ROWS);
    return { lines, isCut: cursor !== undefined };
  }
}
