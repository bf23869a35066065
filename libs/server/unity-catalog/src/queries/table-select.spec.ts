import { withSeed, type SeededRandom } from '@lakescope/server-testing';
import { InvalidQuery } from './query.errors';
import { selectAll, selectPage, FILTER_OPS, type Filter, type TableColumn, type TableQuery } from './table-select';

const FLIGHTS = { catalog: 'demo', schema: 'lake', table: 'flights', limit: 100, offset: 0 };
const COLUMNS: readonly TableColumn[] = [
  { name: 'id', typeText: 'bigint' },
  { name: 'Carrier', typeText: 'string' },
  { name: 'price', typeText: 'decimal(10,2)' },
  { name: 'tags', typeText: 'map<string,string>' },
];
const IDENTIFIERS = 10_000;

describe('the SQL of a query', () => {
  it('names columns as the table does, and puts values beside the statement in the type of their column', () => {
    const query: TableQuery = {
      ...FLIGHTS,
      columns: ['CARRIER', 'id'],
      filters: [
        { column: 'carrier', op: 'in', value: ['LH', "'; DROP TABLE t; --"] },
        { column: 'id', op: '>', value: '9007199254740993' },
        { column: 'price', op: 'between', value: ['1.234', 2] },
        { column: 'tags', op: 'is_not_null' },
      ],
      order_by: [{ column: 'price', direction: 'desc' }],
      limit: 10,
      offset: 20,
    };

    expect(selectPage(query, COLUMNS)).toEqual({
      text:
        'SELECT `Carrier`, `id` FROM `demo`.`lake`.`flights` WHERE `Carrier` IN (:p1, :p2) AND `id` > :p3' +
        ' AND `price` BETWEEN :p4 AND :p5 AND `tags` IS NOT NULL' +
        ' ORDER BY `price` DESC, `id` ASC, `Carrier` ASC LIMIT 10 OFFSET 20',
      parameters: [
        { name: 'p1', type: 'STRING', value: 'LH' },
        { name: 'p2', type: 'STRING', value: "'; DROP TABLE t; --" },
        { name: 'p3', type: 'BIGINT', value: '9007199254740993' },
        { name: 'p4', type: 'DECIMAL(38,3)', value: '1.234' },
        { name: 'p5', type: 'DECIMAL(38,2)', value: '2' },
      ],
    });
    expect(selectAll(query, COLUMNS).text).toMatch(/ORDER BY `price` DESC$/);
  });

  it('puts rows of a table with thousands of columns in order by some of them', () => {
    const wide = Array.from({ length: 2_000 }, (_, at) => ({ name: `c${at}`, typeText: 'int' }));

    expect(selectPage(FLIGHTS, wide).text.match(/ASC/g)).toHaveLength(16);
  });

  it.each<[string, Partial<TableQuery>, string]>([
    ['a column the table has not', { columns: ['nope'] }, 'columns.0'],
    ['a value of another type', { filters: [{ column: 'id', op: '=', value: 'x' }] }, 'filters.0.value'],
    ['a number that has lost digits', { filters: [{ column: 'id', op: '=', value: 2 ** 53 }] }, 'filters.0.value'],
    [
      'a number out of range',
      { filters: [{ column: 'id', op: '=', value: '9223372036854775808' }] },
      'filters.0.value',
    ],
    ['a list for one value', { filters: [{ column: 'id', op: '=', value: [1] }] }, 'filters.0.value'],
    ['half of a range', { filters: [{ column: 'id', op: 'between', value: [1] }] }, 'filters.0.value'],
    ['a pattern for numbers', { filters: [{ column: 'id', op: 'like', value: '1%' }] }, 'filters.0'],
    ['a value for is_null', { filters: [{ column: 'id', op: 'is_null', value: 1 }] }, 'filters.0.value'],
    ['a comparison with a map', { filters: [{ column: 'tags', op: '=', value: 'a' }] }, 'filters.0.value'],
    ['an order by a map', { order_by: [{ column: 'tags', direction: 'asc' }] }, 'order_by.0.column'],
  ])('refuses %s, and names the place', (_, asked, path) => {
    expect(() => selectPage({ ...FLIGHTS, ...asked }, COLUMNS)).toThrow(
      expect.objectContaining({
        code: 'INVALID_QUERY',
        details: { fields: [expect.objectContaining({ path })] },
      }) as Error,
    );
  });

  it(`holds nothing of ${IDENTIFIERS} names, filters and values but as a name or a parameter`, async () => {
    await withSeed((random) => {
      let refused = 0;
      for (let turn = 0; turn < IDENTIFIERS; turn++) {
        const [catalog, schema, table] = [name(random), name(random), name(random)];
        const columns = [name(random), name(random)];
        const value = pick<Filter['value']>(random, [name(random), [name(random)], undefined]);
        const filter: Filter = {
          column: columns[0] ?? '',
          op: pick(random, FILTER_OPS),
          ...(value === undefined ? {} : { value }),
        };
        const query = { catalog, schema, table, columns: columns.slice(0, 1), filters: [filter], limit: 1, offset: 0 };
        const known = [
          ...new Map(columns.map((one) => [one.toLowerCase(), { name: one, typeText: 'string' }])).values(),
        ];
        try {
          const { text, parameters } = selectPage(query, known);
          const { names, rest } = taken(text);
          expect(rest).toMatch(SHAPE);
          expect(names.slice(0, 5)).toEqual([
            nameOf(known, columns[0]),
            catalog,
            schema,
            table,
            nameOf(known, columns[0]),
          ]);
          expect(parameters.every(({ name: given = '' }) => /^p\d+$/.test(given))).toBe(true);
        } catch (error) {
          if (!(error instanceof InvalidQuery)) throw error;
          refused++;
        }
      }
      expect(refused).toBeLessThan(IDENTIFIERS);
      expect(refused).toBeGreaterThan(0);
      return Promise.resolve();
    });
  });
});

/** What is left of a statement without its names: words of ours, and names of parameters. */
const SHAPE =
  /^SELECT I FROM I\.I\.I WHERE I (?:(?:=|!=|<|<=|>|>=) :p1|(?:NOT )?LIKE :p1|IS (?:NOT )?NULL|(?:NOT )?IN \(:p1\)) ORDER BY I ASC(?:, I ASC)? LIMIT 1 OFFSET 0$/;

/** Reads a statement as a warehouse does: a name ends at a backtick that is not doubled. */
function taken(text: string): { names: string[]; rest: string } {
  const names: string[] = [];
  let rest = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '`') {
      rest += text[at];
      continue;
    }
    let inside = '';
    for (at++; ; at++) {
      if (at >= text.length) throw new Error(`A name does not end: ${text}`);
      if (text[at] !== '`') inside += text[at];
      else if (text[at + 1] === '`') inside += text[at++];
      else break;
    }
    names.push(inside);
    rest += 'I';
  }
  return { names, rest };
}

function nameOf(known: readonly TableColumn[], asked: string | undefined): string | undefined {
  return known.find(({ name: one }) => one.toLowerCase() === asked?.toLowerCase())?.name;
}

const PIECES = ['`', '``', '"', "'", ';--', '/*', '*/', '\uff40', '\n', '\u0000', '\u2028', '\ud800', '.', '/', ':p1', '?', '$1', '%', '_',
  'DROP TABLE t', 'a', 'Ä', '🙂', ' ', '\\', '${x}', '{{', 'x'.repeat(100)]; // prettier-ignore

function name(random: SeededRandom): string {
  return Array.from({ length: 1 + random.below(4) }, () => pick(random, PIECES)).join('');
}

function pick<T>(random: SeededRandom, from: readonly [T, ...T[]] | readonly T[]): T {
  return from[random.below(from.length)] as T;
}
