import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { apiResource, type LogActionDto, readTableLog } from '@lakescope/web-api';
import {
  ByteSize,
  Chip,
  clipMiddle,
  CopyButton,
  EmptyState,
  formatCount,
  ProblemBanner,
  Skeleton,
} from '@lakescope/web-ui';
import { requestedSource, type TableSource } from '../table-source';
import { prettyJson } from './pretty-json';

const PAGE_SIZE = 100;
const LONGEST_HINT = 80;
/** What tells actions of a kind apart. */
const HINT = /"(?:path|operation|appId|domain|id)"\s*:\s*"((?:[^"\\]|\\.)*)"/;

/** The commit that made a version as it stands in the log: every action in its own JSON. */
@Component({
  selector: 'ls-delta-log',
  imports: [ByteSize, Chip, CopyButton, EmptyState, MatButton, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './log-view.html',
  styleUrl: './log-view.css',
})
export class DeltaLogView {
  readonly source = input.required<TableSource>();
  readonly version = input.required<number>();
  readonly newest = input<number>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly query = toSignal(this.route.queryParamMap, { requireSync: true });

  /** The first action of the page, counted from 0. */
  protected readonly offset = computed(() => {
    const text = this.query().get('action') ?? '';
    return /^[1-9]\d{0,14}$/.test(text) ? Number(text) - 1 : 0;
  });
  protected readonly log = apiResource(readTableLog, () => ({
    path: { version: this.version() },
    body: { source: requestedSource(this.source()), offset: this.offset(), limit: PAGE_SIZE },
  }));
  private readonly all = computed(() => this.log.value()?.actions ?? []);
  /** Kinds that are shown alone; none shows all. */
  protected readonly kind = linkedSignal<unknown, string | undefined>({
    source: this.version,
    computation: () => undefined,
  });
  protected readonly kinds = computed(() => {
    const counts = new Map<string, number>();
    for (const { kind } of this.all()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return [...counts].map(([name, count]) => ({ name, count: formatCount(count) }));
  });
  protected readonly actions = computed(() =>
    this.all()
      .map((action, index) => view(action, this.offset() + index))
      .filter(({ kind }) => this.kind() === undefined || kind === this.kind()),
  );
  protected readonly checksum = computed(() => {
    const checksum = this.log.value()?.checksum ?? null;
    return checksum === null ? undefined : view(checksum, -1);
  });
  protected readonly range = computed(() => {
    const { total = 0 } = this.log.value() ?? {};
    const last = this.offset() + this.all().length;
    return this.all().length === 0
      ? ''
      : $localize`Actions ${formatCount(this.offset() + 1)}:first: to ${formatCount(last)}:last: of ${formatCount(total)}:total:`;
  });
  protected readonly next = computed(() => this.log.value()?.next_offset ?? undefined);

  protected toggleKind(name: string): void {
    this.kind.set(this.kind() === name ? undefined : name);
  }

  protected go(offset: number): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: { action: offset <= 0 ? null : offset + 1 },
      queryParamsHandling: 'merge',
    });
  }

  protected goBack(): void {
    this.go(Math.max(0, this.offset() - PAGE_SIZE));
  }
}

function view(action: LogActionDto, index: number) {
  const hint = HINT.exec(action.json)?.[1];
  return {
    ...action,
    number: index + 1,
    hint: hint === undefined ? '' : clipMiddle(hint, LONGEST_HINT),
    pretty: prettyJson(action.json),
  };
}
