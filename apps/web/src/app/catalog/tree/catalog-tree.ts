import { computed, inject, Service, signal } from '@angular/core';
import {
  Api,
  listCatalogs,
  listSchemas,
  listTableNames,
  listVolumes,
  type Problem,
  problemFrom,
} from '@lakescope/web-api';
import { keyOf, type ObjectKind } from '../catalog-place';
import { isView } from '../table/table-kind';
import { WarehouseConsent } from '../warehouse/warehouse-consent';
import { type Branch, type NodeFacts, ROOT_KEY, type TreeNode } from './tree-rows';

/** As many as the API answers at once. */
const PAGE_SIZE = 500;

interface Listed extends Partial<NodeFacts> {
  readonly name: string;
  readonly table_type?: string | null;
}

interface ListPage {
  readonly items: readonly Listed[];
  readonly next_cursor: string | null;
}

/** One list of things of the same kind below a node, page by page. */
interface Listing {
  readonly kindOf: (item: Listed) => TreeNode['kind'];
  readonly page: (query: { limit: number; cursor?: string }) => Promise<ListPage>;
}

const NOTHING: Branch = { nodes: [], isLoading: true, problems: [] };

/**
 * What is known of Unity Catalog, and what of it is unfolded. It is asked for level by level when it is unfolded, and
 * stays while somebody is on another page. One list that is refused takes nothing from the others.
 */
@Service()
export class CatalogTree {
  private readonly api = inject(Api);
  private readonly consent = inject(WarehouseConsent);
  private readonly known = signal<ReadonlyMap<string, Branch>>(new Map());
  private readonly unfolded = signal<ReadonlySet<string>>(new Set());
  /** Which load of a branch is the newest: an answer to an older one no longer counts. */
  private readonly loads = new Map<string, number>();

  readonly branches = this.known.asReadonly();
  readonly open = this.unfolded.asReadonly();
  readonly isLoading = computed(() => [...this.known().values()].some((branch) => branch.isLoading));

  /** Unfolds a catalog or schema; what is below it is asked for the first time. */
  unfold(key: string): void {
    this.unfolded.update((open) => new Set(open).add(key));
    if (!this.known().has(key)) void this.load(key);
  }

  fold(key: string): void {
    this.unfolded.update((open) => new Set([...open].filter((other) => other !== key)));
  }

  /** Unfolds everything on the way to a place, the place itself included when it can be. */
  reveal(names: readonly string[]): void {
    if (!this.known().has(ROOT_KEY)) void this.load(ROOT_KEY);
    names.slice(0, 2).forEach((_, index) => this.unfold(keyOf({ names: names.slice(0, index + 1) })));
  }

  /** Asks again for one branch. What is there stays until the answer is. */
  reload(key: string): void {
    void this.load(key);
  }

  /** Asks again for whatever is in sight, and forgets the rest. */
  reloadAll(): void {
    const open = this.unfolded();
    this.known.update((known) => new Map([...known].filter(([key]) => key === ROOT_KEY || open.has(key))));
    for (const key of this.known().keys()) void this.load(key);
  }

  /** The node of a place, when its row has come. */
  nodeOf(names: readonly string[], kind?: ObjectKind): TreeNode | undefined {
    const key = keyOf({ names, kind });
    return this.known()
      .get(keyOf({ names: names.slice(0, -1) }))
      ?.nodes.find((node) => node.key === key);
  }

  private async load(key: string): Promise<void> {
    const run = (this.loads.get(key) ?? 0) + 1;
    this.loads.set(key, run);
    const before = this.known().get(key) ?? NOTHING;
    this.set(key, { ...before, isLoading: true });
    const names = key === ROOT_KEY ? [] : key.split('/');
    const isFresh = before.nodes.length === 0;
    const lists = this.listingsOf(names).map((listing) => ({ listing, nodes: [] as TreeNode[] }));
    const isNewest = () => this.loads.get(key) === run;
    const show = () => {
      // A reload must not empty what is being looked at; a first load shows each page as it comes.
      if (isNewest() && isFresh)
        this.set(key, { nodes: lists.flatMap(({ nodes }) => nodes), isLoading: true, problems: [] });
    };
    const outcomes = await Promise.allSettled(lists.map(({ listing, nodes }) => follow(listing, names, nodes, show)));
    if (!isNewest()) return;
    const problems = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [problemFrom(outcome.reason)] : [],
    );
    this.set(key, { nodes: lists.flatMap(({ nodes }) => nodes), isLoading: false, problems: unlike(problems) });
  }

  private set(key: string, branch: Branch): void {
    this.known.update((known) => new Map(known).set(key, branch));
  }

  private listingsOf([catalog, schema]: readonly string[]): readonly Listing[] {
    if (catalog === undefined) {
      return [
        {
          kindOf: () => 'catalog',
          page: (query) => this.api.invoke(listCatalogs, { query: { ...query, ...this.consent.options() } }),
        },
      ];
    }
    if (schema === undefined) {
      return [
        {
          kindOf: () => 'schema',
          page: (query) => this.api.invoke(listSchemas, { query: { catalog, ...query, ...this.consent.options() } }),
        },
      ];
    }
    return [
      {
        kindOf: ({ table_type }) => (isView(table_type ?? null) ? 'view' : 'table'),
        page: (query) =>
          this.api.invoke(listTableNames, { query: { catalog, schema, ...query, ...this.consent.options() } }),
      },
      {
        kindOf: () => 'volume',
        page: (query) =>
          this.api.invoke(listVolumes, { query: { catalog, schema, ...query, ...this.consent.options() } }),
      },
    ];
  }
}

/** Reads a list to its end. A page may be empty and yet not the last. */
async function follow(
  { kindOf, page }: Listing,
  parents: readonly string[],
  nodes: TreeNode[],
  show: () => void,
): Promise<void> {
  let cursor: string | null = null;
  do {
    const answer = await page({ limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) });
    nodes.push(...answer.items.map((item) => nodeFrom(kindOf(item), parents, item)));
    cursor = answer.next_cursor;
    show();
  } while (cursor !== null);
}

function nodeFrom(kind: TreeNode['kind'], parents: readonly string[], item: Listed): TreeNode {
  const { name, owner, comment, created_at, updated_at } = item;
  const names = [...parents, name];
  const key = keyOf({ names, kind: kind === 'volume' ? 'volume' : undefined });
  // Names alone are listed without a word on whose they are.
  const isNameAlone = owner === undefined && comment === undefined;
  const facts = isNameAlone
    ? undefined
    : {
        owner: owner ?? null,
        comment: comment ?? null,
        created_at: created_at ?? null,
        updated_at: updated_at ?? null,
      };
  return { key, kind, names, name, folded: name.toLowerCase(), facts };
}

/** Several lists that fail alike are one thing to tell. */
function unlike(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ code }, index) => problems.findIndex((other) => other.code === code) === index);
}
