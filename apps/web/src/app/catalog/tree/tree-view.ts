import {
  afterRenderEffect,
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { Router } from '@angular/router';
import { type Problem } from '@lakescope/web-api';
import { Icon, type IconName, rowWindow } from '@lakescope/web-ui';
import { linkTo } from '../catalog-place';
import { elementHeight } from '../element-height';
import { NODE_ICONS, NODE_WORDS } from '../lists/listed-node';
import { type NodeRow, type ProblemRow, type TreeNode, type TreeRow } from './tree-rows';
import { treeAct, type TreeAct } from './tree-keys';
import { isTyped, rowStartingWith, TypeAhead } from './type-ahead';

const ROW_PX = 28;
const INDENT_PX = 14;
const EDGE_PX = 4;

/** Codes that another try does not change. */
const REFUSALS = new Set(['CATALOG_PERMISSION_DENIED', 'PERMISSION_DENIED', 'SCOPE_MISSING']);

/**
 * The rows of the tree for pointer and keyboard, by the ARIA tree pattern. The focus stays on the tree and a row is
 * active in it, since rows out of sight are not drawn: however many there are, some forty exist.
 */
@Component({
  selector: 'ls-tree-view',
  imports: [Icon],
  templateUrl: './tree-view.html',
  styleUrl: './tree-view.css',
})
export class TreeView {
  readonly rows = input.required<readonly TreeRow[]>();
  /** Key of the row whose page is shown. */
  readonly selected = input<string>();
  readonly isBusy = input(false);
  readonly label = input.required<string>();
  readonly unfolded = output<string>();
  readonly folded = output<string>();
  readonly chosen = output<TreeNode>();
  /** A list that failed is wanted again, or a refusal is to be explained. */
  readonly asked = output<ProblemRow>();

  private readonly router = inject(Router);
  private readonly box = viewChild.required<ElementRef<HTMLElement>>('box');
  private readonly typeAhead = new TypeAhead();
  private readonly wanted = signal<string | undefined>(undefined);
  private shownSelection: string | undefined;

  protected readonly rowHeight = ROW_PX;
  protected readonly scrollTop = signal(0);
  private readonly height = elementHeight();
  protected readonly window = computed(() => rowWindow(this.scrollTop(), this.height(), ROW_PX, this.rows().length));
  /** Where the keyboard is: where it was led to, else the shown page, else the beginning. */
  private readonly activeIndex = computed(() => {
    const rows = this.rows();
    const indexOf = (key: string | undefined) => (key === undefined ? -1 : rows.findIndex((row) => row.key === key));
    const wanted = indexOf(this.wanted());
    return wanted >= 0 ? wanted : Math.max(0, indexOf(this.selected()));
  });
  protected readonly activeKey = computed(() => this.rows()[this.activeIndex()]?.key);
  protected readonly activeId = computed(() => {
    const { first, end } = this.window();
    const index = this.activeIndex();
    // An id of a row that is not drawn would lead a screen reader nowhere.
    return this.rows()[index] && index >= first && index < end ? idOf(index) : null;
  });
  protected readonly shown = computed(() => {
    const { first, end } = this.window();
    return this.rows()
      .slice(first, end)
      .map((row, index) => ({
        row,
        id: idOf(first + index),
        indent: EDGE_PX + (row.level - 1) * INDENT_PX,
        icon:
          row.kind === 'node'
            ? NODE_ICONS[row.node.kind]
            : row.kind === 'problem' && isRefusal(row.problem)
              ? 'key'
              : 'alert',
        what: wordsOf(row),
        href: row.kind === 'node' ? this.hrefOf(row.node) : '',
      })) satisfies readonly { icon: IconName }[];
  });

  constructor() {
    // A page that was linked to is brought in sight once its row has come; afterwards the person scrolls.
    afterRenderEffect(() => {
      const selected = this.selected();
      const index = this.rows().findIndex((row) => row.key === selected);
      if (selected === this.shownSelection || index < 0) return;
      this.shownSelection = selected;
      untracked(() => this.bringIntoSight(index));
    });
  }

  focus(): void {
    this.box().nativeElement.focus({ preventScroll: true });
  }

  protected onKey(event: KeyboardEvent): void {
    const rows = this.rows();
    const act = treeAct(event.key, rows, this.activeIndex(), Math.max(1, Math.floor(this.height() / ROW_PX) - 1));
    if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.typeAhead.end();
      this.perform(act);
      return;
    }
    if (!isTyped(event)) return;
    const found = rowStartingWith(rows, this.activeIndex(), this.typeAhead.take(event.key, event.timeStamp));
    // A letter with which nothing begins is left to the shortcuts of the page.
    if (found === undefined) return;
    event.preventDefault();
    this.goTo(found);
  }

  protected onClick(event: MouseEvent, row: NodeRow): void {
    // With these the browser opens the address elsewhere.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.wanted.set(row.key);
    if (event.target instanceof Element && event.target.closest('.twisty') && row.isOpen !== undefined) {
      (row.isOpen ? this.folded : this.unfolded).emit(row.key);
      return;
    }
    this.act(row);
  }

  /** The row would take the focus, and lose it to nothing when it is scrolled away. */
  protected keepFocus(event: Event): void {
    event.preventDefault();
    this.focus();
  }

  protected act(row: TreeRow): void {
    if (row.kind === 'problem') this.asked.emit(row);
    if (row.kind === 'node') this.chosen.emit(row.node);
  }

  private perform(act: TreeAct): void {
    switch (act.does) {
      case 'go':
        return this.goTo(act.to);
      case 'open':
        return this.unfolded.emit(act.key);
      case 'close':
        return this.folded.emit(act.key);
      case 'choose': {
        const row = this.rows()[act.row];
        if (row) this.act(row);
      }
    }
  }

  private goTo(index: number): void {
    this.wanted.set(this.rows()[index]?.key);
    this.bringIntoSight(index);
  }

  private bringIntoSight(index: number): void {
    const box = this.box().nativeElement;
    const top = index * ROW_PX;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW_PX > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW_PX - box.clientHeight;
    this.scrollTop.set(box.scrollTop);
  }

  private hrefOf(node: TreeNode): string {
    const { commands, query } = linkTo({ names: node.names, kind: node.kind === 'volume' ? 'volume' : undefined });
    return this.router.serializeUrl(this.router.createUrlTree([...commands], { queryParams: query }));
  }
}

function idOf(index: number): string {
  return `ls-tree-${index}`;
}

function isRefusal({ code }: Problem): boolean {
  return REFUSALS.has(code);
}

/** What a row says beside, or instead of, a name. */
function wordsOf(row: TreeRow): string {
  if (row.kind === 'node') return NODE_WORDS[row.node.kind];
  if (row.kind === 'empty')
    return row.level === 1 ? $localize`No catalog is visible to you` : $localize`Nothing visible here`;
  if (row.kind === 'waiting') return '';
  if (row.problem.code === 'WAREHOUSE_STOPPED') return $localize`The warehouse is stopped. Start it`;
  return isRefusal(row.problem) ? $localize`No access: see what is missing` : $localize`Not loaded. Try again`;
}
