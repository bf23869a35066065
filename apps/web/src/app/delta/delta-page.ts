import { Component, computed, effect, inject, input, numberAttribute, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { apiResource, describeTable, getTableHistory } from '@lakescope/web-api';
import { type Breadcrumb, Breadcrumbs, Notice, ProblemBanner, Skeleton, TabBar } from '@lakescope/web-ui';
import { ancestorsOf, nameOf, volumePath, volumesRoot } from '../files/volume-path';
import { Places } from '../preferences/places';
import { PageTitle } from '../shell/page-title';
import { HistoryTimeline } from './history/history-timeline';
import { tabFrom, tabs } from './inspector-tabs';
import { Overview } from './overview/overview';
import { Preview } from './preview/preview';
import { SchemaView } from './schema/schema-view';
import { TableChooser } from './table-chooser';
import { TableHeader } from './table-header';
import { tableRequest } from './table-request';
import { VersionBar } from './version-bar';

/** One Delta table, at its newest version or at a picked one; or the way to find one. */
@Component({
  selector: 'ls-delta-page',
  imports: [
    Breadcrumbs,
    HistoryTimeline,
    Notice,
    Overview,
    Preview,
    ProblemBanner,
    RouterLink,
    SchemaView,
    Skeleton,
    TabBar,
    TableChooser,
    TableHeader,
    VersionBar,
  ],
  templateUrl: './delta-page.html',
  styleUrl: './delta-page.css',
})
export class DeltaPage {
  /** Query parameters: the page's state is its URL. */
  readonly path = input<string>();
  /** A folder to look for tables in, as opposed to a table. */
  readonly folder = input<string>();
  readonly tab = input<string>();
  readonly version = input<string>();

  private readonly router = inject(Router);
  private readonly places = inject(Places);
  private readonly title = inject(PageTitle);

  protected readonly pickedVersion = computed(() => {
    const version = numberAttribute(this.version(), -1);
    return Number.isSafeInteger(version) && version >= 0 ? version : undefined;
  });
  /** What the link asks for and cannot be understood: said, because what is shown instead is something else. */
  protected readonly unreadableVersion = computed(() =>
    this.version() && this.pickedVersion() === undefined ? this.version() : undefined,
  );
  protected readonly unreadablePath = computed(() =>
    [this.path(), this.folder()].find((text) => text && volumePath(text) === undefined),
  );

  protected readonly here = computed(() => {
    const path = volumePath(this.path() ?? '');
    return path === volumesRoot ? undefined : path;
  });
  protected readonly searched = computed(() => volumePath(this.folder() ?? '') ?? volumesRoot);
  protected readonly selectedTab = computed(() => tabFrom(this.tab()));
  protected readonly tabs = tabs;
  protected readonly crumbs = computed<readonly Breadcrumb[]>(() => [
    { label: 'Delta', link: '/delta' },
    ...ancestorsOf(this.here() ?? this.searched())
      .slice(1)
      .map((path) => ({ label: nameOf(path), link: '/delta', query: { folder: path } })),
  ]);

  protected readonly detail = apiResource(describeTable, () => {
    const path = this.here();
    return path === undefined ? undefined : tableRequest(path, this.pickedVersion());
  });
  /** The newest commit: what time travel leads back to. */
  private readonly newest = apiResource(getTableHistory, () => {
    const path = this.here();
    return path === undefined || this.pickedVersion() === undefined
      ? undefined
      : { body: { ...tableRequest(path).body, limit: 1 } };
  });
  protected readonly newestVersion = computed(() => this.newest.latest()?.items[0]?.version);
  /** While another version of the same table loads, the former one stays on the page instead of a skeleton. */
  protected readonly table = computed(() => {
    const table = this.detail.problem() ? undefined : this.detail.latest();
    return table?.location === this.here() ? table : undefined;
  });
  protected readonly name = computed(() => this.table()?.name ?? nameOf(this.here() ?? ''));
  /** What depends on the version asks for nothing when there is no such version; the log may still tell its story. */
  protected readonly canShowTab = computed(() => !this.detail.problem() || this.selectedTab() === 'history');
  protected readonly isNoTable = computed(() => {
    const code = this.detail.problem()?.code;
    return code === 'TABLE_NOT_FOUND' || code === 'NOT_FOUND';
  });

  constructor() {
    effect(() => {
      const table = this.detail.value();
      const path = this.here();
      if (!table || path === undefined) return;
      untracked(() => {
        this.title.name(table.name ?? nameOf(path), $localize`Delta`);
        this.places.visit({ kind: 'delta', path });
      });
    });
  }

  protected open(path: string): void {
    void this.router.navigate(['/delta'], { queryParams: { path } });
  }
}
