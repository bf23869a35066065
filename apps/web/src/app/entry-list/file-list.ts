import {
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  input,
  model,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type Params, RouterLink } from '@angular/router';
import { ByteSize, Icon, type IconName, rowWindow, TimeAgo } from '@lakescope/web-ui';
import { Appearance } from '../preferences/appearance';
import { visibleName } from './file-name';
import { type FolderEntry } from './folder-entry';
import { listKey, TypeAhead } from './list-keys';
import { nameParts } from './name-parts';
import { choose, chooseAll, chooseNone, only, type Selection, stepTo, toggle } from './selection';
import { type EntryOrder, type SortKey } from './sort-entries';

const ICONS: Readonly<Record<FolderEntry['kind'], IconName>> = {
  catalog: 'catalog',
  schema: 'schema',
  volume: 'volume',
  bucket: 'storage',
  directory: 'folder',
  file: 'file',
};

/** Where the row of an entry leads. */
export interface EntryLinks {
  /** The address of what its name opens. */
  readonly open: string;
  /** What names it to the inspector, should it be a table. */
  readonly inspect: Params;
  /** Where a file is fetched from; `on-request` where that is asked for first: see `downloaded`. Undefined: it is no file. */
  readonly download: string | undefined;
}

/** For a download whose address is made when it is wanted. */
export const ON_REQUEST = 'on-request';

const ROW_HEIGHT = { comfortable: 36, compact: 28 } as const;
const HEAD_HEIGHT = 32;
/** With so few rows left below what is in sight the next page is asked for. */
const ROWS_AHEAD = 30;

/**
 * The entries of a folder as a grid of rows to choose from, by pointer and by keyboard. Only the rows in sight are drawn;
 * the keyboard stays with the table, which names the row it stands on.
 */
@Component({
  selector: 'ls-file-list',
  imports: [ByteSize, Icon, MatButton, RouterLink, TimeAgo],
  templateUrl: './file-list.html',
  styleUrl: './file-list.css',
})
export class FileList {
  readonly entries = input.required<readonly FolderEntry[]>();
  readonly order = input.required<EntryOrder>();
  readonly selection = model.required<Selection>();
  /** Paths among the entries that are Delta tables. */
  readonly tables = input<ReadonlySet<string>>(new Set());
  readonly label = input.required<string>();
  readonly links = input.required<(entry: FolderEntry) => EntryLinks>();
  /** The folder that something dragged would fall into. */
  readonly dropTarget = input<string>();
  readonly hasMore = input(false);
  readonly sorted = output<EntryOrder>();
  readonly opened = output<FolderEntry>();
  readonly left = output();
  readonly deleted = output();
  readonly copied = output();
  /** Of a file without an address of its own. */
  readonly downloaded = output<FolderEntry>();
  readonly wantsMore = output();

  private readonly density = inject(Appearance).density;
  private readonly box = viewChild.required<ElementRef<HTMLElement>>('box');
  private readonly table = viewChild.required<ElementRef<HTMLElement>>('table');
  private readonly typeAhead = new TypeAhead();
  private readonly known = new WeakMap<FolderEntry, ReturnType<typeof rowFacts>>();
  private readonly scroll = signal({ top: 0, height: 0 });

  protected readonly headings: readonly { key: SortKey; label: string }[] = [
    { key: 'name', label: $localize`Name` },
    { key: 'size', label: $localize`Size` },
    { key: 'modified', label: $localize`Modified` },
  ];
  private readonly rowHeight = computed(() => ROW_HEIGHT[this.density()]);
  protected readonly window = computed(() =>
    rowWindow(this.scroll().top, this.scroll().height, this.rowHeight(), this.entries().length),
  );
  protected readonly rows = computed(() => {
    const { first, end } = this.window();
    return this.entries()
      .slice(first, end)
      .map((entry, index) => this.rowOf(entry, first + index));
  });
  private readonly current = computed(() => this.entries().findIndex(({ path }) => path === this.selection().current));
  /** The row that the keyboard stands on, as long as it is drawn. */
  protected readonly activeId = computed(() => {
    const { first, end } = this.window();
    return this.current() >= first && this.current() < end ? rowId(this.current()) : null;
  });
  /** Only tables need room for more than an icon. */
  protected readonly hasTables = computed(() => this.tables().size > 0);
  protected readonly choice = computed(() => {
    const { size } = this.selection().chosen;
    return { isAll: size > 0 && size === this.entries().length, isSome: size > 0 && size < this.entries().length };
  });

  constructor() {
    effect((onCleanup) => {
      const box = this.box().nativeElement;
      const observer = new ResizeObserver(() => this.measure());
      observer.observe(box);
      onCleanup(() => observer.disconnect());
    });
    effect(() => {
      if (this.hasMore() && this.window().end > this.entries().length - ROWS_AHEAD) {
        untracked(() => this.wantsMore.emit());
      }
    });
  }

  focus(): void {
    this.table().nativeElement.focus({ preventScroll: true });
  }

  protected measure(): void {
    const { scrollTop, clientHeight } = this.box().nativeElement;
    this.scroll.set({ top: scrollTop, height: clientHeight });
  }

  protected direction(key: SortKey): 'ascending' | 'descending' | null {
    const { key: present, isDescending } = this.order();
    return present === key ? (isDescending ? 'descending' : 'ascending') : null;
  }

  protected sort(key: SortKey): void {
    const { key: present, isDescending } = this.order();
    // Largest and newest are what people look for first; names begin at A.
    this.sorted.emit({ key, isDescending: present === key ? !isDescending : key !== 'name' });
  }

  protected onClick(event: MouseEvent): void {
    const entry = this.entries().find(({ path }) => path === this.pathAt(event.target));
    if (entry === undefined || !(event.target instanceof Element) || event.target.closest('label')) return;
    const isModified = event.shiftKey || event.ctrlKey || event.metaKey;
    if (event.target.closest('a, button') && !isModified) {
      if (!event.target.closest('.text')) return;
      // The name leads on without loading the page anew; of a file it shows the content, and chooses it.
      event.preventDefault();
      if (entry.kind === 'file') this.selection.set(only(entry.path));
      this.opened.emit(entry);
      return;
    }
    // A modified click on a name chooses the row; it does not open another tab or window.
    event.preventDefault();
    this.selection.set(choose(this.selection(), this.paths(), entry.path, event));
    this.focus();
  }

  protected onDoubleClick(event: MouseEvent): void {
    const entry = this.entries().find(({ path }) => path === this.pathAt(event.target));
    if (entry && event.target instanceof Element && !event.target.closest('a, button, label')) this.opened.emit(entry);
  }

  protected onKey(event: KeyboardEvent): void {
    // What has the keyboard inside of a row, a link that was clicked, keeps its own keys.
    if (event.target !== this.table().nativeElement) return;
    const height = this.box().nativeElement.clientHeight - HEAD_HEIGHT;
    const page = Math.max(1, Math.floor(height / this.rowHeight()) - 1);
    const meant = listKey(event, this.current(), this.entries().length, page);
    if (meant === undefined) return;
    const entry = this.entries()[this.current()];
    switch (meant.act) {
      case 'move':
        this.moveTo(meant.row, event);
        break;
      case 'type': {
        const names = this.entries().map(({ name }) => name);
        const row = this.typeAhead.find(meant.text, names, this.current(), event.timeStamp);
        if (row !== undefined) this.moveTo(row, undefined);
        break;
      }
      case 'toggle':
        if (entry) this.selection.set(toggle(this.selection(), entry.path));
        break;
      case 'all':
        this.selection.set(chooseAll(this.selection(), this.paths()));
        break;
      case 'none':
        if (this.selection().chosen.size === 0) return;
        this.selection.set(chooseNone(this.selection()));
        break;
      case 'open':
        if (!entry) return;
        this.opened.emit(entry);
        break;
      case 'up':
        this.left.emit();
        break;
      case 'delete':
        this.deleted.emit();
        break;
      case 'copy':
        if (window.getSelection()?.isCollapsed === false) return;
        this.copied.emit();
    }
    event.preventDefault();
  }

  protected chooseRow(path: string): void {
    this.selection.set(toggle(this.selection(), path));
  }

  protected chooseEvery(): void {
    const all = this.choice().isAll ? chooseNone(this.selection()) : chooseAll(this.selection(), this.paths());
    this.selection.set(all);
  }

  /** Ctrl with an arrow moves on and leaves the choice as it is. */
  private moveTo(row: number, event: KeyboardEvent | undefined): void {
    const path = this.paths()[row];
    if (path === undefined) return;
    const isStep = event !== undefined && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    const plain = { shiftKey: false, ctrlKey: false, metaKey: false };
    this.selection.set(
      isStep ? stepTo(this.selection(), path) : choose(this.selection(), this.paths(), path, event ?? plain),
    );
    this.reveal(row);
  }

  /** Brings a row into sight, below the head that stays. */
  reveal(row: number): void {
    const box = this.box().nativeElement;
    const top = row * this.rowHeight();
    const sight = box.clientHeight - HEAD_HEIGHT;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + this.rowHeight() > box.scrollTop + sight) box.scrollTop = top + this.rowHeight() - sight;
    this.measure();
  }

  private pathAt(target: EventTarget | null): string | undefined {
    const row = target instanceof Element ? target.closest<HTMLElement>('tr[data-row]') : null;
    return row ? this.paths()[Number(row.dataset['row'])] : undefined;
  }

  private paths(): readonly string[] {
    return this.entries().map(({ path }) => path);
  }

  private rowOf(entry: FolderEntry, index: number) {
    return {
      ...this.facts(entry),
      index,
      id: rowId(index),
      isTable: this.tables().has(entry.path),
      isChosen: this.selection().chosen.has(entry.path),
      isCurrent: this.selection().current === entry.path,
    };
  }

  /** What stays the same of a row: made once, for scrolling draws rows again and again. */
  private facts(entry: FolderEntry) {
    const known = this.known.get(entry) ?? rowFacts(entry, this.links()(entry));
    this.known.set(entry, known);
    return known;
  }
}

function rowFacts(entry: FolderEntry, { open, inspect, download }: EntryLinks) {
  const name = visibleName(entry.name);
  return {
    ...entry,
    entry,
    icon: ICONS[entry.kind],
    visible: name,
    parts: nameParts(name),
    link: open,
    inspect,
    chooseLabel: $localize`Choose ${name}:name:`,
    inspectLabel: $localize`Inspect ${name}:name:`,
    downloadLabel: $localize`Download ${name}:name:`,
    isOnRequest: download === ON_REQUEST,
    download,
  };
}

function rowId(index: number): string {
  return `ls-file-${index}`;
}
