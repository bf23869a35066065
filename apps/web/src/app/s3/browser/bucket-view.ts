import { computed, effect, inject, linkedSignal, Service, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, type Params, Router } from '@angular/router';
import {
  apiPages,
  type ApiPages,
  apiResource,
  listS3Buckets,
  listS3Connections,
  listS3Objects,
} from '@lakescope/web-api';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { chooseNone, nothingChosen, only, type Selection, within } from '../../entry-list/selection';
import { type EntryOrder, orderFrom, orderText, sortEntries } from '../../entry-list/sort-entries';
import { prefixAbove, type S3Location, s3Location, s3Path } from '../s3-location';
import { bucketEntry, isFolderMark, objectEntry } from './object-entries';

const PAGE_SIZE = 500;
/** One person has 50 at most, so one page holds them all. */
const CONNECTIONS = 100;
/** Each letter would be a question to the storage. */
const TYPING_MS = 250;

interface Listed {
  readonly here: string;
  readonly entries: readonly FolderEntry[];
}

/** What the address names: a connection's buckets or a folder of one, in which order, through which filter, and what is chosen. */
@Service({ autoProvided: false })
export class BucketView {
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly params = toSignal(this.route.paramMap, { requireSync: true });
  private readonly query = toSignal(this.route.queryParamMap, { requireSync: true });
  /** Whom the keyboard goes to when the next folder is there. */
  private readonly expected = signal<string | undefined>(undefined);

  readonly connections = apiResource(listS3Connections, () => ({ query: { limit: CONNECTIONS } }));
  readonly connectionId = computed(() => this.params().get('connection') ?? '');
  readonly connection = computed(() => this.connections.latest()?.items.find(({ id }) => id === this.connectionId()));
  readonly isUnknown = computed(() => this.connections.latest() !== undefined && this.connection() === undefined);

  /** Undefined: the buckets of the connection. */
  readonly location = computed<S3Location | undefined>(() =>
    s3Location(`s3://${this.query().get('bucket') ?? ''}/${this.query().get('prefix') ?? ''}`),
  );
  /** What the link asks for and cannot be understood. */
  readonly unreadableBucket = computed(() => {
    const bucket = this.query().get('bucket');
    return bucket && this.location() === undefined ? bucket : undefined;
  });
  readonly here = computed(() => {
    const location = this.location();
    return location === undefined ? 's3://' : s3Path(location);
  });
  readonly order = computed(() => orderFrom(this.query().get('sort') ?? undefined));
  /** What names must begin with. */
  readonly filter = computed(() => this.query().get('q') ?? '');
  /** What is in the box, a moment ahead of the address. */
  readonly typed = linkedSignal(() => this.filter());

  private readonly buckets = apiPages(listS3Buckets, (cursor) => {
    const connection = this.connection();
    return connection === undefined || this.location() !== undefined
      ? undefined
      : { body: { connection_id: connection.id, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) } };
  });
  private readonly objects = apiPages(listS3Objects, (cursor) => {
    const [connection, location] = [this.connection(), this.location()];
    if (connection === undefined || location === undefined) return undefined;
    const { bucket, prefix } = location;
    const page = { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
    return { body: { connection_id: connection.id, bucket, prefix: prefix + this.filter(), ...page } };
  });
  readonly contents = computed<Omit<ApiPages<unknown>, 'items'>>(() =>
    this.location() === undefined ? this.buckets : this.objects,
  );
  readonly isWaiting = computed(() => this.contents().isLoading() || this.connections.latest() === undefined);

  /** While the list for another filter is on its way the former one stays; another folder begins anew. */
  private readonly known = linkedSignal<Listed & { isWaiting: boolean }, Listed>({
    source: () => ({ here: this.here(), entries: this.found(), isWaiting: this.isWaiting() }),
    computation: ({ here, entries, isWaiting }, before) =>
      isWaiting && entries.length === 0 && before?.value.here === here ? before.value : { here, entries },
  });
  readonly listed = computed(() => this.known().entries);
  readonly entries = computed(() => sortEntries(this.listed(), this.order()));
  readonly selection = linkedSignal<Listed, Selection>({
    source: () => ({ here: this.here(), entries: this.entries() }),
    computation: ({ here, entries }, before) => {
      const order = entries.map(({ path }) => path);
      const earlier = before?.source.entries.map(({ path }) => path) ?? [];
      if (before?.source.here === here && earlier.length > 0) return within(before.value, order, earlier);
      // A link to an object shows it, and it is the one that is meant.
      const shown = untracked(this.shown);
      return shown !== undefined && order.includes(shown) ? only(shown) : nothingChosen;
    },
  });
  readonly chosen = computed(() => {
    const { chosen } = this.selection();
    return this.entries().filter(({ path }) => chosen.has(path));
  });
  /** The one object that is chosen. */
  readonly onlyObject = computed(() => {
    const [object, ...others] = this.chosen();
    return object?.kind === 'file' && others.length === 0 ? object : undefined;
  });
  /** The object whose facts are shown beside the list. */
  readonly shown = computed(() => {
    const rest = this.query().get('show');
    return rest && this.location() ? this.here() + rest : undefined;
  });

  constructor() {
    effect((onCleanup) => {
      const typed = this.typed();
      if (typed === untracked(this.filter)) return;
      const timer = setTimeout(() => this.change({ q: typed || null }), TYPING_MS);
      onCleanup(() => clearTimeout(timer));
    });
  }

  /** The order stays from folder to folder; filter and what is shown belong to one. */
  open(path: string): void {
    const { bucket = null, prefix = null } = s3Location(path) ?? {};
    const queryParams = { bucket, prefix: prefix || null, sort: this.query().get('sort') };
    void this.router.navigate(['/s3', this.connectionId()], { queryParams });
  }

  /** One level up; the keyboard then stands on the folder one came from. */
  goUp(): void {
    const location = this.location();
    if (location === undefined) return;
    this.expected.set(this.here());
    const above = prefixAbove(location.prefix);
    this.open(above === undefined ? '' : s3Path({ ...location, prefix: above }));
  }

  /** Opens a bucket or a folder by keyboard, which then stands on its first entry; an object shows its facts. */
  enter(entry: FolderEntry): void {
    if (entry.kind === 'file') {
      this.show(entry.path);
      return;
    }
    this.expected.set(entry.path);
    this.open(entry.path);
  }

  /** The row that the keyboard stands on when a folder has just been read. */
  takeExpected(): string | undefined {
    const expected = this.expected();
    this.expected.set(undefined);
    return expected;
  }

  reorder(order: EntryOrder): void {
    this.change({ sort: orderText(order) });
  }

  show(path: string | undefined): void {
    this.change({ show: path === undefined ? null : path.slice(this.here().length) });
  }

  /** What is chosen is also what is shown, as long as something is shown at all. */
  choose(selection: Selection): void {
    this.selection.set(selection);
    const object = this.onlyObject();
    if (this.shown() !== undefined && object) this.show(object.path);
  }

  chooseNothing(): void {
    this.selection.update(chooseNone);
  }

  reload(): void {
    if (this.connections.problem()) this.connections.reload();
    this.contents().reload();
  }

  private found(): readonly FolderEntry[] {
    const location = this.location();
    if (location === undefined) {
      const begin = this.filter();
      return this.buckets
        .items()
        .filter(({ name }) => name.startsWith(begin))
        .map(bucketEntry);
    }
    const { bucket, prefix } = location;
    return this.objects
      .items()
      .filter((object) => !isFolderMark(prefix, object))
      .map((object) => objectEntry(bucket, prefix, object));
  }

  private change(queryParams: Params): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
