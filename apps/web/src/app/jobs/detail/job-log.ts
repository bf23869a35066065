import {
  afterRenderEffect,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { Chip, type ChipTone, exactTime, formatCount, Icon } from '@lakescope/web-ui';
import { lineCount } from '../counted';
import { followStream } from './followed-stream';
import { type LogLine, lineOf, matching } from './log-line';

/** Drawn at once; the search looks through all of them. */
const DRAWN = 500;
/** Lines that come together are drawn together. */
const GATHER_MS = 100;
/** Nearer to the end than that, one reads the end. */
const END_PX = 24;

const TONES: Readonly<Record<LogLine['level'], ChipTone>> = { info: 'neutral', warn: 'warn', error: 'bad' };

/** The log of a run: it follows the newest line unless somebody has scrolled up. */
@Component({
  selector: 'ls-job-log',
  imports: [Chip, Icon],
  templateUrl: './job-log.html',
  styleUrl: './job-log.css',
})
export class JobLog {
  readonly jobId = input.required<string>();
  /** Whether the run goes on and more lines come. */
  readonly goesOn = input.required<boolean>();
  /** Names of the tables whose lines may be picked out. */
  readonly tables = input.required<readonly string[]>();

  private readonly box = viewChild<ElementRef<HTMLElement>>('box');
  protected readonly level = signal<LogLine['level']>('info');
  protected readonly table = signal('');
  protected readonly search = signal('');
  protected readonly follows = signal(true);
  private readonly lines = signal<readonly LogLine[]>([]);
  private gathered: LogLine[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  private readonly path = computed(() => `/api/v1/jobs/${encodeURIComponent(this.jobId())}/logs`);
  private readonly filter = computed(() => {
    const filter = new URLSearchParams({ level: this.level() });
    if (this.table() !== '') filter.set('table', this.table());
    return filter.toString();
  });
  protected readonly download = computed(() => `${this.path()}/download?${this.filter()}`);
  protected readonly state = followStream(
    computed(() => `${this.path()}?${this.filter()}`),
    computed(() => this.goesOn()),
    {
      names: ['log'],
      begin: () => {
        this.gathered = [];
        this.lines.set([]);
        this.follows.set(true);
      },
      read: ({ data }) => this.gather(data),
    },
  );
  private readonly found = computed(() => matching(this.lines(), this.search()));
  protected readonly rows = computed(() =>
    this.found()
      .slice(-DRAWN)
      .map((line) => ({ line, tone: TONES[line.level], time: timeOf(line.at), exact: exactTime(line.at) })),
  );
  protected readonly count = computed(() => {
    const [found, all] = [this.found().length, this.lines().length];
    const shown = Math.min(found, DRAWN);
    const text = found === all ? lineCount(all) : $localize`${formatCount(found)}:found: of ${lineCount(all)}:lines:`;
    return shown < found ? $localize`${text}:text:, the newest ${formatCount(shown)}:shown: shown` : text;
  });

  constructor() {
    afterRenderEffect(() => {
      this.rows();
      const box = this.box()?.nativeElement;
      if (box !== undefined && this.follows()) box.scrollTop = box.scrollHeight;
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected scrolled(): void {
    const box = this.box()?.nativeElement;
    if (box !== undefined) this.follows.set(box.scrollHeight - box.scrollTop - box.clientHeight < END_PX);
  }

  protected pickLevel(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.level.set(value === 'warn' || value === 'error' ? value : 'info');
  }

  protected pickTable(event: Event): void {
    this.table.set((event.target as HTMLSelectElement).value);
  }

  protected typed(event: Event): void {
    this.search.set((event.target as HTMLInputElement).value);
  }

  private gather(data: string): void {
    this.gathered.push(lineOf(data));
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const gathered = this.gathered;
      this.gathered = [];
      this.lines.update((lines) => [...lines, ...gathered]);
    }, GATHER_MS);
  }
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

function timeOf(at: string): string {
  return CLOCK.format(new Date(at));
}
