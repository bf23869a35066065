import { type Problem } from '@lakescope/web-api';
import { type Branch, type TreeNode, type TreeRow, treeRows } from './tree-rows';

function node(kind: TreeNode['kind'], ...names: string[]): TreeNode {
  const name = names.at(-1) ?? '';
  return { key: names.join('/'), kind, names, name, folded: name.toLowerCase(), facts: undefined };
}

function branch(nodes: readonly TreeNode[], rest: Partial<Branch> = {}): Branch {
  return { nodes, isLoading: false, problems: [], ...rest };
}

const refusal: Problem = {
  title: 'Refused',
  detail: 'You may not see it.',
  status: 403,
  code: 'CATALOG_PERMISSION_DENIED',
  correlationId: undefined,
  details: {},
  retryAfterSeconds: undefined,
};

const metastore = new Map<string, Branch>([
  ['', branch([node('catalog', 'demo'), node('catalog', 'shop')])],
  ['demo', branch([node('schema', 'demo', 'lake'), node('schema', 'demo', 'secret')])],
  ['demo/lake', branch([node('table', 'demo', 'lake', 'Airports'), node('table', 'demo', 'lake', 'trips')])],
  ['demo/secret', branch([], { problems: [refusal] })],
]);

const said = (rows: readonly TreeRow[]) =>
  rows.map((row) => `${'-'.repeat(row.level)}${row.kind === 'node' ? row.node.name : row.kind}`);

describe('the rows of the tree', () => {
  it('are what is unfolded, in its order', () => {
    expect(said(treeRows(metastore, new Set(['demo', 'demo/lake']), ''))).toEqual([
      '-demo',
      '--lake',
      '---Airports',
      '---trips',
      '--secret',
      '-shop',
    ]);
  });

  it('tell a refusal in its place, beside everything that was not refused', () => {
    expect(said(treeRows(metastore, new Set(['demo', 'demo/secret']), ''))).toEqual([
      '-demo',
      '--lake',
      '--secret',
      '---problem',
      '-shop',
    ]);
  });

  it('keep what has come when the rest of a list fails', () => {
    const half = new Map([['', branch([node('catalog', 'demo')], { problems: [refusal] })]]);
    expect(said(treeRows(half, new Set(), ''))).toEqual(['-demo', '-problem']);
  });

  it('are bars while nothing has come, and one bar below what has', () => {
    expect(said(treeRows(new Map(), new Set(), ''))).toEqual(['-waiting', '-waiting', '-waiting']);
    const coming = new Map([['', branch([node('catalog', 'demo')], { isLoading: true })]]);
    expect(said(treeRows(coming, new Set(), ''))).toEqual(['-demo', '-waiting']);
  });

  it('say where nothing is', () => {
    expect(said(treeRows(new Map([['', branch([])]]), new Set(), ''))).toEqual(['-empty']);
  });

  it('say of each which of how many it is', () => {
    const rows = treeRows(metastore, new Set(['demo']), '');
    expect(rows.map((row) => (row.kind === 'node' ? [row.position, row.size] : []))).toEqual([
      [1, 2],
      [1, 2],
      [2, 2],
      [2, 2],
    ]);
  });

  it('are unlike each other in their keys, a table and a volume of the same name as well', () => {
    const twins = new Map(metastore).set(
      'demo/lake',
      branch([
        node('table', 'demo', 'lake', 'x'),
        { ...node('volume', 'demo', 'lake', 'x'), key: 'demo/lake/x?volume' },
      ]),
    );
    const keys = treeRows(twins, new Set(['demo', 'demo/lake', 'demo/secret']), '').map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the filter of the tree', () => {
  it('finds in what has been loaded, folded or not, and shows the way to it', () => {
    expect(said(treeRows(metastore, new Set(), 'AIR'))).toEqual(['-demo', '--lake', '---Airports']);
  });

  it('shows all of what is unfolded below a name that matches', () => {
    expect(said(treeRows(metastore, new Set(['demo', 'demo/lake']), 'lake'))).toEqual([
      '-demo',
      '--lake',
      '---Airports',
      '---trips',
    ]);
  });

  it('shows nothing where nothing matches', () => {
    expect(treeRows(metastore, new Set(['demo']), 'nowhere')).toEqual([]);
  });

  it('goes through a hundred thousand tables', () => {
    const big = new Map<string, Branch>([['', branch([node('catalog', 'big')])]]);
    const schemas = Array.from({ length: 500 }, (_, s) => node('schema', 'big', `s${s}`));
    big.set('big', branch(schemas));
    for (const { key, names } of schemas) {
      big.set(key, branch(Array.from({ length: 200 }, (_, t) => node('table', ...names, `t${t}`))));
    }
    const open = new Set(['big', ...schemas.map(({ key }) => key)]);
    expect(treeRows(big, open, '')).toHaveLength(100_501);
    expect(treeRows(big, open, 't199')).toHaveLength(1001);
  });
});
