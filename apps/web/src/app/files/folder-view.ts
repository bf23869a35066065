import { computed, inject, linkedSignal, Service, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, type Params, Router } from '@angular/router';
import { type FolderEntry } from '../entry-list/folder-entry';
import { chooseNone, nothingChosen, only, type Selection, within } from '../entry-list/selection';
import { type EntryOrder, orderFrom, orderText, sortEntries } from '../entry-list/sort-entries';
import { FolderChanges } from './folder-changes';
import { folderContents } from './folder-contents';
import { levelOf, nameOf, parentOf, volumePath, volumesRoot } from './volume-path';

interface Shown {
  readonly here: string;
  readonly order: readonly string[];
}

/** The folder of the address: what is in it, in which order, through which filter, and what of it is chosen. */
@Service({ autoProvided: false })
export class FolderView {
  private readonly router = inject(Router);
  private readonly changes = inject(FolderChanges);
  private readonly query = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });
  /** Whom the keyboard goes to when the next folder is there. */
  private readonly expected = signal<string | undefined>(undefined);

  readonly here = computed(() => volumePath(this.query().get('path') ?? '') ?? volumesRoot);
  /** What the link asks for and cannot be understood. */
  readonly unreadablePath = computed(() => {
    const text = this.query().get('path');
    return text && volumePath(text) === undefined ? text : undefined;
  });
  readonly level = computed(() => levelOf(this.here()));
  /** Whether files can be put here. */
  readonly isWritable = computed(() => this.level() === 'folder');
  readonly parent = computed(() => parentOf(this.here()));
  readonly order = computed(() => orderFrom(this.query().get('sort') ?? undefined));
  readonly filter = computed(() => this.query().get('q') ?? '');

  readonly contents = folderContents(this.here);
  /** Everything that is known of the folder, in no order. */
  readonly listed = computed(() => this.changes.applied(this.here(), this.contents.items()));
  readonly entries = computed(() => sortEntries(matching(this.listed(), this.filter()), this.order()));
  private readonly shown = computed<Shown>(() => ({
    here: this.here(),
    order: this.entries().map(({ path }) => path),
  }));
  readonly selection = linkedSignal<Shown, Selection>({
    source: this.shown,
    computation: ({ here, order }, before) => {
      if (before?.source.here === here && before.source.order.length > 0)
        return within(before.value, order, before.source.order);
      // A link to a file shows it, and it is the one that is meant.
      const shown = untracked(this.preview);
      return shown !== undefined && order.includes(shown) ? only(shown) : nothingChosen;
    },
  });
  readonly chosen = computed(() => {
    const { chosen } = this.selection();
    return this.entries().filter(({ path }) => chosen.has(path));
  });
  /** The file whose content is shown beside the list. */
  readonly preview = computed(() => {
    const name = this.query().get('show');
    return name ? `${this.here()}/${name}` : undefined;
  });
  readonly previewed = computed(() => this.listed().find(({ path }) => path === this.preview()));

  /** The order stays from folder to folder; filter and preview belong to one. */
  open(path: string): void {
    void this.router.navigate(['/files'], { queryParams: { path, sort: this.query().get('sort') } });
  }

  /** One level up; the keyboard then stands on the folder one came from. */
  goUp(): void {
    const parent = this.parent();
    if (parent === undefined) return;
    this.expected.set(this.here());
    this.open(parent);
  }

  /** Opens a folder by keyboard, which then stands on its first entry; a file shows what is in it. */
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

  filterBy(text: string): void {
    this.change({ q: text || null });
  }

  show(path: string | undefined): void {
    this.change({ show: path === undefined ? null : nameOf(path) });
  }

  /** What is chosen is also what is shown, as long as something is shown at all. */
  choose(selection: Selection): void {
    this.selection.set(selection);
    const [entry, ...others] = this.chosen();
    if (this.preview() !== undefined && entry?.kind === 'file' && others.length === 0) this.show(entry.path);
  }

  chooseOnly(path: string): void {
    this.choose(only(path));
  }

  chooseNothing(): void {
    this.selection.update(chooseNone);
  }

  reload(): void {
    this.changes.forget(this.here());
    this.contents.reload();
  }

  private change(queryParams: Params): void {
    void this.router.navigate(['/files'], { queryParams, queryParamsHandling: 'merge', replaceUrl: true });
  }
}

/** Entries whose name has the text in it, whatever the case. */
function matching(entries: readonly FolderEntry[], text: string): readonly FolderEntry[] {
  const sought = text.trim().toLocaleLowerCase();
  return sought === '' ? entries : entries.filter(({ name }) => name.toLocaleLowerCase().includes(sought));
}
