import type { Cells } from '../cells';
import { blocksOf, NULL, withoutFirst, type RowBlock } from './row-block';
import { RowScanner } from './row-scanner';

const ROWS: readonly Cells[] = [
  ['a]"[', null],
  ['\\', '"'],
  ['é🙂', ''],
  ['/\b\f\n\r\t\u0001', '\\u0041'],
  [null, null],
];

describe('rows that come in pieces', () => {
  const bytes = Buffer.from(JSON.stringify(ROWS));

  it.each([1, 2, 3, 7, 1_000])('of %d bytes are found wherever they are cut', (size) => {
    expect(scanned(bytes, size)).toEqual(ROWS);
  });

  it('may have space between them, and escapes where none is needed', () => {
    const text = ' [ [ "\\u00e9\\ud83d\\ude42\\/x" , null ] ,\r\n\t[ "\\ud83d.\\ude42" , "" ] ] ';

    for (const size of [1, 5, 100]) {
      expect(scanned(Buffer.from(text), size)).toEqual([
        ['é🙂/x', null],
        ['\ufffd.\ufffd', ''],
      ]);
    }
    expect(scanned(Buffer.from('[]'), 1)).toEqual([]);
  });

  it('may be longer than all that was there before', () => {
    const rows = [
      ['x', 'y'],
      ['é'.repeat(400_000), '"'.repeat(100_000)],
      ['z', null],
    ];

    expect(scanned(Buffer.from(JSON.stringify(rows)), 65_536)).toEqual(rows);
  });

  it.each([
    '', '[', '[["a","b"]', '[["a","b"],]', '[["a","b"]]]', '[["a","b"]],', ']', '{}', '[["a"',
    '[["a","b"}]', '[["a" "b"]]', '[["a",nul1]]', '[["a","\\x"]]', '[["a","\\u12G4"]]', '[["a","\n"]]', '[["a",1]]', '["a","b"]', '[["a","b",]]',
  ])('and are none are refused: %j', (text) => {
    for (const size of [1, 100]) expect(() => scanned(Buffer.from(text), size)).toThrow('no list of rows');
  }); // prettier-ignore

  it('are refused with another number of cells, or bytes that are no text', () => {
    expect(() => scanned(Buffer.from('[["a"]]'), 100)).toThrow('not as many cells');
    expect(() => scanned(Buffer.from('[["a","b","c"]]'), 100)).toThrow('not as many cells');
    expect(() => [...blocksOf([['a']], 2)]).toThrow('not as many cells');
    expect(() => scanned(Buffer.from([...Buffer.from('[["a","'), 0xff, ...Buffer.from('"]]')]), 100)).toThrow(
      'no list of rows',
    );
  });
});

describe('a block of rows', () => {
  it('is the same from text, and without its first rows', () => {
    const [block] = [...blocksOf(ROWS, 2)];

    expect(block && cellsOf(block)).toEqual(ROWS);
    expect(block && cellsOf(withoutFirst(block, 2))).toEqual(ROWS.slice(2));
    expect(block && cellsOf(withoutFirst(block, 99))).toEqual([]);
  });

  it('ends where the next begins', () => {
    const rows = Array.from({ length: 2_500 }, (_, at) => [String(at)]);

    expect([...blocksOf(rows, 1)].flatMap(cellsOf)).toEqual(rows);
  });
});

function scanned(bytes: Buffer, size: number): Cells[] {
  const scanner = new RowScanner(2);
  const found: Cells[] = [];
  for (let at = 0; at < bytes.length; at += size) found.push(...cellsOf(scanner.push(bytes.subarray(at, at + size))));
  return [...found, ...cellsOf(scanner.finish())];
}

function cellsOf({ bytes, starts, ends, columns, first, count }: RowBlock): Cells[] {
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: columns }, (__, column) => {
      const place = (first + row) * columns + column;
      return starts[place] === NULL ? null : bytes.toString('utf8', starts[place], ends[place]);
    }),
  );
}
