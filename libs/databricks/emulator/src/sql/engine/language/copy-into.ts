import type { Grammar } from './grammar';
import { identifier } from './duckdb-text';
import { readSelectList } from './select-list';
import type { CopyInto, Statement } from './statement';
import { readName } from './written-name';

/** `COPY INTO t FROM '...' FILEFORMAT = CSV ...` (SQL reference, "COPY INTO"); its first word has been read. */
export function readCopyInto(grammar: Grammar): Statement {
  const { reader } = grammar;
  reader.expect('INTO');
  const table = readName(grammar);
  const columns = reader.isSymbol('(')
    ? reader.inParentheses(() => reader.list(() => reader.identifier().value))
    : undefined;
  const byPosition = reader.accept('BY', 'POSITION') || columns !== undefined;
  reader.expect('FROM');
  const { from, select } = reader.isSymbol('(')
    ? reader.inParentheses(() => readSelect(grammar))
    : { from: reader.string(), select: undefined };
  reader.expect('FILEFORMAT');
  reader.expectSymbol('=');
  const format = reader.identifier().value.toUpperCase();
  let files: readonly string[] | undefined;
  let pattern: string | undefined;
  let formatOptions: ReadonlyMap<string, string> = new Map();
  let copyOptions: ReadonlyMap<string, string> = new Map();
  for (;;) {
    if (reader.accept('FILES')) {
      reader.expectSymbol('=');
      files = reader.inParentheses(() => reader.list(() => reader.string()));
    } else if (reader.accept('PATTERN')) {
      reader.expectSymbol('=');
      pattern = reader.string();
    } else if (reader.accept('FORMAT_OPTIONS')) formatOptions = readOptions(grammar);
    else if (reader.accept('COPY_OPTIONS')) copyOptions = readOptions(grammar);
    else break;
  }
  if (files !== undefined && pattern !== undefined) throw reader.syntaxError();
  return {
    kind: 'copy-into',
    table,
    columns,
    byPosition,
    from,
    select,
    format,
    files,
    pattern,
    formatOptions,
    copyOptions,
  };
}

/** `SELECT a, b + 1 AS c FROM '/Volumes/...'`, which may do nothing else. */
function readSelect(grammar: Grammar): Pick<CopyInto, 'from' | 'select'> {
  const { reader } = grammar;
  reader.expect('SELECT');
  const { sql: list } = readSelectList(grammar);
  reader.expect('FROM');
  const from = reader.string();
  const alias = reader.alias();
  return { from, select: { list, alias: identifier(alias?.value ?? 'source') } };
}

/** `('header' = 'true', ...)` */
function readOptions(grammar: Grammar): ReadonlyMap<string, string> {
  const { reader } = grammar;
  return new Map(
    reader.inParentheses(() =>
      reader.list((): [string, string] => {
        const key = reader.peek().kind === 'string' ? reader.string() : reader.identifier().value;
        reader.expectSymbol('=');
        const value = reader.peek();
        if (!['string', 'number', 'word'].includes(value.kind)) throw reader.syntaxError();
        return [key.toLowerCase(), reader.next().value];
      }),
    ),
  );
}
