import { Component, computed, effect, inject, input, linkedSignal, numberAttribute, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { apiResource, describeTable, getTableHistory, type TableDetailDto } from '@lakescope/web-api';
import { type Breadcrumb, Breadcrumbs, Notice, ProblemBanner, Skeleton, TabBar } from '@lakescope/web-ui';
import { volumePath } from '../files/volume-path';
import { AccessProblem } from '../catalog/access/access-problem';
import { Places } from '../preferences/places';
import { PageTitle } from '../shell/page-title';
import { DeltaFilesView } from './files/files-view';
import { HistoryTimeline } from './history/history-timeline';
import { tabFrom, tabs } from './inspector-tabs';
import { DeltaLogView } from './log/log-view';
import { Overview } from './overview/overview';
import { Preview } from './preview/preview';
import { SchemaView } from './schema/schema-view';
import { TableChooser } from './table-chooser';
import { TableHeader } from './table-header';
import { readRequest } from './read-request';
import { sourceCrumbs } from './source-crumbs';
import { namesOf, placeOf, s3Path, sourceName, sourceOf, sourceParams, type TableSource } from './table-source';
import { VersionBar } from './version-bar';

/** One Delta table, at its newest version or at a picked one; or the way to find one. */
@Component({
  selector: 'ls-delta-page',
  imports: [
    AccessProblem,
    Breadcrumbs,
    DeltaFilesView,
    DeltaLogView,
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
  /** By which connection a path in S3 is reached. */
  readonly connection = input<string>();
  /** A table of Unity Catalog, instead of a path. */
  readonly full_name = input<string>();
  /** A folder to look for tables in, as opposed to a table. */
  readonly folder = input<string>();
  readonly tab = input<string>();
  readonly version = input<string>();

  private readonly request = readRequest();
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
    [this.path(), this.folder()].find((text) => text && volumePath(text) === undefined && s3Path(text) === undefined),
  );

  protected readonly source = computed(
    () => sourceOf({ path: this.path(), connection: this.connection(), full_name: this.full_name() }),
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  /** The folder to look for tables in; undefined is the root of all volumes. */
  protected readonly searched = computed(() => sourceOf({ path: this.folder(), connection: this.connection() }));
  protected readonly selectedTab = computed(() => tabFrom(this.tab()));
  protected readonly tabs = tabs;
  /** The table as it is now, in the view that is open. */
  protected readonly latest = computed(() => {
    const source = this.source();
    return { ...(source === undefined ? {} : sourceParams(source)), tab: this.selectedTab() };
  });
  protected readonly crumbs = computed<readonly Breadcrumb[]>(() => [
    { label: 'Delta', link: '/delta' },
    ...sourceCrumbs(this.source() ?? this.searched()),
  ]);

  protected readonly detail = apiResource(describeTable, () => {
    const source = this.source();
    return source === undefined ? undefined : this.request(source, this.pickedVersion());
  });
  /** The newest commit: what time travel leads back to. */
  private readonly newest = apiResource(getTableHistory, () => {
    const source = this.source();
    return source === undefined || this.pickedVersion() === undefined
      ? undefined
      : { body: { ...this.request(source).body, limit: 1 } };
  });
  protected readonly newestVersion = computed(() => this.newest.latest()?.items[0]?.version);
  /** While another version of the same table loads, the former one stays on the page instead of a skeleton. */
  private readonly known = linkedSignal<
    { readonly source: TableSource | undefined; readonly table: TableDetailDto | undefined },
    { readonly source: TableSource | undefined; readonly table: TableDetailDto | undefined }
  >({
    source: () => ({ source: this.source(), table: this.detail.value() }),
    computation: ({ source, table }, before) => ({
      source,
      table: table ?? (before?.value.source === source ? before?.value.table : undefined),
    }),
  });
  protected readonly table = computed(() => (this.detail.problem() ? undefined : this.known().table));
  protected readonly name = computed(() => {
    const source = this.source();
    return this.table()?.name ?? (source === undefined ? '' : sourceName(source));
  });
  /** What depends on the version asks for nothing when there is no such version; the log may still tell its story. */
  protected readonly canShowTab = computed(
    () =>
      !this.detail.problem() ||
      (!this.isStopped() && (this.selectedTab() === 'history' || this.selectedTab() === 'log')),
  );
  /** The commit that the log is shown of: the picked version, or the one that is the latest. */
  protected readonly loggedVersion = computed(() => this.pickedVersion() ?? this.table()?.version);
  protected readonly newestKnown = computed(() =>
    this.pickedVersion() === undefined ? this.table()?.version : this.newestVersion(),
  );
  /** Nothing can be shown before the warehouse runs, and starting it is for the person to decide. */
  protected readonly isStopped = computed(() => this.detail.problem()?.code === 'WAREHOUSE_STOPPED');
  /** What a right or a running warehouse would help against. */
  protected readonly accessProblem = computed(() => {
    const problem = this.detail.problem();
    const isAccess = this.source()?.kind === 'table' && (this.isStopped() || problem?.status === 403);
    return isAccess ? problem : undefined;
  });
  protected readonly names = computed(() => {
    const source = this.source();
    return source === undefined ? [] : namesOf(source);
  });
  protected readonly isNoTable = computed(() => {
    const code = this.detail.problem()?.code;
    return this.source()?.kind !== 'table' && (code === 'TABLE_NOT_FOUND' || code === 'NOT_FOUND');
  });

  constructor() {
    effect(() => {
      const table = this.detail.value();
      const source = this.source();
      if (!table || source === undefined) return;
      untracked(() => {
        this.title.name(table.name ?? sourceName(source), $localize`Delta`);
        this.places.visit(placeOf(source));
      });
    });
  }

  protected open(source: TableSource): void {
    void this.router.navigate(['/delta'], { queryParams: sourceParams(source) });
  }
}
