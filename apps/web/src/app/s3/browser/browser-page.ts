import { Component, computed, effect, inject, linkedSignal, untracked, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { apiResource, discoverTables } from '@lakescope/web-api';
import {
  type Breadcrumb,
  Breadcrumbs,
  EmptyState,
  formatBytes,
  formatCount,
  Notice,
  ProblemBanner,
  Skeleton,
} from '@lakescope/web-ui';
import { type EntryLinks, FileList, ON_REQUEST } from '../../entry-list/file-list';
import { visibleName } from '../../entry-list/file-name';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { PathBar } from '../../entry-list/path-bar';
import { PreviewPane } from '../../entry-list/preview-pane';
import { only } from '../../entry-list/selection';
import { Places } from '../../preferences/places';
import { PageTitle } from '../../shell/page-title';
import { nameOfKey, nameOfLocation, prefixAbove, prefixesTo, readS3Path, s3Location, tablePath } from '../s3-location';
import { BucketView } from './bucket-view';
import { ObjectActions } from './object-actions';
import { ObjectFacts } from './object-facts';
import { ObjectToolbar } from './object-toolbar';

const DELTA_LOG = '_delta_log';

/** The buckets of a connection, and what is in them, as folders by the slashes of the keys. */
@Component({
  selector: 'ls-browser-page',
  imports: [
    Breadcrumbs,
    EmptyState,
    FileList,
    MatButton,
    Notice,
    ObjectFacts,
    ObjectToolbar,
    PathBar,
    PreviewPane,
    ProblemBanner,
    RouterLink,
    Skeleton,
  ],
  providers: [BucketView, ObjectActions],
  templateUrl: './browser-page.html',
  styleUrl: '../../entry-list/entries-page.css',
})
export class BrowserPage {
  private readonly places = inject(Places);
  private readonly title = inject(PageTitle);
  private readonly list = viewChild(FileList);

  protected readonly view = inject(BucketView);
  protected readonly actions = inject(ObjectActions);

  protected readonly readPath = readS3Path;
  protected readonly name = computed(() => {
    const location = this.view.location();
    return visibleName(location === undefined ? (this.view.connection()?.name ?? 'S3') : nameOfLocation(location));
  });
  protected readonly crumbs = computed<readonly Breadcrumb[]>(() => {
    const [connection, location] = [this.view.connection(), this.view.location()];
    if (connection === undefined) return [{ label: 'S3', link: '/s3' }];
    const link = `/s3/${connection.id}`;
    const way = [
      { label: 'S3', link: '/s3' },
      { label: connection.name, link },
    ];
    if (location === undefined) return way;
    const { bucket, prefix } = location;
    const folders = prefixesTo(prefix).map((each) => ({
      label: visibleName(nameOfKey(each)),
      link,
      query: { bucket, prefix: each },
    }));
    return [...way, { label: bucket, link, query: { bucket } }, ...folders];
  });
  /** The bucket that the connection names: where the list of all of them may be refused, it is the way on. */
  protected readonly ownBucket = computed(() => {
    const { bucket = null, prefix = null } = this.view.connection() ?? {};
    return bucket === null ? undefined : { bucket, ...(prefix === null ? {} : { prefix }) };
  });
  /** Somebody may paste the path of an object where a folder is expected: it is found among those that begin so. */
  protected readonly asObject = computed(() => {
    const { bucket, prefix } = this.view.location() ?? { bucket: '', prefix: '' };
    const above = prefixAbove(prefix);
    return above === undefined ? undefined : { bucket, prefix: above || null, q: prefix.slice(above.length, -1) };
  });

  /** A filter hides the log, and does not make the folder another one. */
  protected readonly isTable = linkedSignal<{ here: string; hasLog: boolean; isFiltered: boolean }, boolean>({
    source: () => ({
      here: this.view.here(),
      hasLog: this.view.listed().some(({ kind, name }) => kind === 'directory' && name === DELTA_LOG),
      isFiltered: this.view.filter() !== '',
    }),
    computation: ({ here, hasLog, isFiltered }, before) =>
      hasLog || (isFiltered && before?.source.here === here && before.value),
  });
  protected readonly inspected = computed(() => this.inspect(this.view.here()));
  /** Which of the folders here are tables. Only marks rows: without the answer the list is as useful as any. */
  private readonly discovered = apiResource(discoverTables, () => {
    const [connection, location] = [this.view.connection(), this.view.location()];
    const isWorthAsking =
      connection !== undefined &&
      location !== undefined &&
      !this.isTable() &&
      this.view.listed().some(({ kind }) => kind === 'directory');
    if (!isWorthAsking) return undefined;
    const source = { kind: 's3' as const, path: tablePath(location), connection_id: connection.id };
    return { body: { source, max_depth: 1, limit: 500 } };
  });
  protected readonly tables = computed<ReadonlySet<string>>(
    () => new Set((this.discovered.latest()?.items ?? []).map(({ path }) => `${path}/`)),
  );
  protected readonly isEmptying = computed(() => this.view.isWaiting() && this.view.listed().length === 0);
  protected readonly problem = computed(() => this.view.connections.problem() ?? this.view.contents().problem());

  protected readonly count = computed(() => {
    const count = this.view.listed().length;
    const all = formatCount(count);
    const entries = count === 1 ? $localize`1 entry` : $localize`${all}:count: entries`;
    const known = this.view.contents().hasMore() ? $localize`first ${entries}:entries:` : entries;
    const begin = this.view.filter();
    return begin === '' ? known : $localize`${known}:known: that begin with “${visibleName(begin)}:begin:”`;
  });
  protected readonly choice = computed(() => {
    const chosen = this.view.chosen();
    if (chosen.length === 0) return undefined;
    const count = formatCount(chosen.length);
    const bytes = chosen.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
    return bytes > 0
      ? $localize`${count}:count: chosen, ${formatBytes(bytes)}:size:`
      : $localize`${count}:count: chosen`;
  });

  protected readonly links = (entry: FolderEntry): EntryLinks => {
    const isObject = entry.kind === 'file';
    const { bucket = '', prefix = '' } = (isObject ? this.view.location() : s3Location(entry.path)) ?? {};
    const query = new URLSearchParams({ bucket });
    if (prefix !== '') query.set('prefix', prefix);
    if (isObject) query.set('show', entry.name);
    return {
      open: `/s3/${this.view.connectionId()}?${query}`,
      inspect: isObject ? {} : this.inspect(entry.path),
      download: isObject ? ON_REQUEST : undefined,
    };
  };

  constructor() {
    effect(() => {
      const [connection, location] = [this.view.connection(), this.view.location()];
      if (connection === undefined || this.view.isWaiting() || this.problem()) return;
      const path = this.view.here();
      untracked(() => {
        this.title.name(this.name(), 'S3');
        if (location !== undefined) this.places.visit({ kind: 's3', path, connection: connection.id });
      });
    });
    effect(() => {
      const list = this.list();
      if (list && !this.view.isWaiting() && this.view.entries().length > 0)
        untracked(() => this.standWhereExpected(list));
    });
  }

  /** The keyboard goes back to where the object was chosen. */
  protected closeFacts(): void {
    this.view.show(undefined);
    this.list()?.focus();
  }

  private inspect(path: string) {
    const location = s3Location(path);
    return location === undefined ? {} : { connection: this.view.connectionId(), path: tablePath(location) };
  }

  /** Who came by keyboard goes on by keyboard: on the folder they came from, or on the first entry. */
  private standWhereExpected(list: FileList): void {
    const expected = this.view.takeExpected();
    if (expected === undefined) return;
    const entries = this.view.entries();
    const row = Math.max(
      0,
      entries.findIndex(({ path }) => path === expected),
    );
    const entry = entries[row];
    if (!entry) return;
    this.view.selection.set(only(entry.path));
    list.focus();
    list.reveal(row);
  }
}
