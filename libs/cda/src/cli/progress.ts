import type { RunEvent } from '../run/run-options';
import { bytesText, count, durationText, tableLines, things } from './texts';

/** Redraws of a second at most: a terminal is slower than a run. */
const REDRAW_MS = 200;
/** Between two lines where nothing can be redrawn. */
const LINE_MS = 10_000;
/** Tables that are shown by name. */
const MOST_TABLES = 8;
const BAR = 24;

/** Where a person follows a run: `isInteractive` when what is drawn can be drawn over. */
export interface ProgressScreen {
  readonly isInteractive: boolean;
  /** Of a line, in characters. */
  readonly columns: number;
  write(text: string): void;
}

interface Running {
  done: number;
  total: number;
}

/** Shows a run while it goes on: bars that are redrawn on a terminal, lines now and then where there is none. */
export class Progress {
  private readonly running = new Map<string, Running>();
  private tables = 0;
  private tablesDone = 0;
  private folders = 0;
  private foldersTotal = 0;
  private rows = 0n;
  private bytes = 0;
  private drawnLines = 0;
  private drawnAt = 0;
  private readonly startedAt: number;

  constructor(
    private readonly screen: ProgressScreen,
    private readonly now: () => number,
  ) {
    this.startedAt = now();
    this.drawnAt = this.startedAt;
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'manifest':
        this.tables = event.tables.length;
        break;
      case 'table-started':
        this.running.set(event.table, { done: 0, total: event.folders });
        this.foldersTotal += event.folders;
        break;
      case 'table-progress':
        this.grow(event.table, event.folders);
        break;
      case 'folder-done':
        this.rows += event.result.rows;
        this.bytes += event.result.bytes;
        this.advance(event.result.table);
        break;
      case 'folder-skipped':
        this.advance(event.folder.table);
        break;
      case 'folder-failed': {
        const { table, fingerprint, folder } = event.folder;
        this.advance(table);
        this.say([`error: ${table}/${fingerprint}/${folder}: ${event.failure.message}. ${event.failure.advice}`]);
        break;
      }
      case 'warning':
        this.say([`warning: ${event.table === undefined ? '' : `${event.table}: `}${event.warning.message}`]);
        break;
      case 'table-done': {
        const { table, outcome } = event.result;
        this.running.delete(table);
        this.tablesDone += 1;
        if (outcome !== 'unchanged') this.say(tableLines(event.result));
        break;
      }
    }
    this.redraw();
  }

  /** Takes the bars away. */
  end(): void {
    this.clear();
  }

  /** Lines that stay. */
  say(lines: readonly string[]): void {
    this.clear();
    for (const line of lines) this.screen.write(`${line}\n`);
  }

  private grow(table: string, folders: number): void {
    const running = this.running.get(table);
    if (running === undefined) return;
    this.foldersTotal += folders - running.total;
    running.total = folders;
  }

  private advance(table: string): void {
    this.folders += 1;
    const running = this.running.get(table);
    if (running !== undefined) running.done += 1;
  }

  private redraw(): void {
    const now = this.now();
    const { isInteractive } = this.screen;
    if (now - this.drawnAt < (isInteractive ? REDRAW_MS : LINE_MS)) return;
    this.clear();
    this.drawnAt = now;
    const lines = isInteractive ? [this.summary(), ...this.bars()] : [this.summary()];
    for (const line of lines) this.screen.write(`${line.slice(0, Math.max(20, this.screen.columns - 1))}\n`);
    this.drawnLines = isInteractive ? lines.length : 0;
  }

  private clear(): void {
    if (this.drawnLines > 0) this.screen.write(`\u001b[${this.drawnLines}A\u001b[0J`);
    this.drawnLines = 0;
  }

  private summary(): string {
    const elapsed = this.now() - this.startedAt;
    const rate = elapsed > 0 ? (this.folders * 1_000) / elapsed : 0;
    const folders = `${count(this.folders)} of ${things(this.foldersTotal, 'folder')} (${rate.toFixed(rate < 10 ? 1 : 0)}/s)`;
    return `${this.tablesDone} of ${things(this.tables, 'table')}, ${folders}, ${things(this.rows, 'row')}, ${bytesText(this.bytes)}, ${durationText(elapsed)}`;
  }

  private bars(): string[] {
    const shown = [...this.running].slice(0, MOST_TABLES);
    const width = Math.max(0, ...shown.map(([table]) => table.length));
    const lines = shown.map(([table, { done, total }]) => {
      const filled = total === 0 ? 0 : Math.min(BAR, Math.round((done / total) * BAR));
      return `  ${table.padEnd(width)} ${'#'.repeat(filled)}${'.'.repeat(BAR - filled)} ${done}/${total}`;
    });
    if (this.running.size > shown.length) lines.push(`  and ${this.running.size - shown.length} more`);
    return lines;
  }
}
