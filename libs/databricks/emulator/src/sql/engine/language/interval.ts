import { literal } from './duckdb-text';
import { expression, type Expression } from './expression';
import type { Grammar } from './grammar';

const UNITS: ReadonlySet<string> = new Set(
  ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'].flatMap(
    (unit) => [unit, `${unit}S`],
  ),
);

/** `INTERVAL 1 DAY`, `INTERVAL '1' DAY`, `INTERVAL '1 day 2 hours'`, `INTERVAL 1 DAY 2 HOURS`. */
export function readInterval(grammar: Grammar): Expression {
  const { reader } = grammar;
  reader.next();
  const parts: string[] = [];
  const only = reader.peek();
  const unit = reader.peek(1);
  if (only.kind === 'string' && !(unit.kind === 'word' && UNITS.has(unit.value.toUpperCase()))) {
    reader.next();
    parts.push(...wordsOf(only.value, () => reader.syntaxError(only)));
  } else {
    do parts.push(amount(grammar));
    while (startsAmount(grammar));
  }
  return expression(`CAST(${literal(parts.join(' '))} AS INTERVAL)`, `INTERVAL '${parts.join(' ')}'`);
}

function startsAmount(grammar: Grammar): boolean {
  const { kind } = grammar.reader.peek();
  const unit = grammar.reader.peek(1);
  return (kind === 'number' || kind === 'string') && unit.kind === 'word' && UNITS.has(unit.value.toUpperCase());
}

function amount(grammar: Grammar): string {
  const { reader } = grammar;
  const sign = reader.acceptSymbol('-') ? '-' : '';
  const token = reader.next();
  const value = token.value.trim();
  const unit = reader.identifier();
  const isNumber = value !== '' && Number.isFinite(Number(value));
  if ((token.kind !== 'number' && token.kind !== 'string') || !isNumber) throw reader.syntaxError(token);
  if (!UNITS.has(unit.value.toUpperCase())) throw reader.syntaxError(unit);
  return `${sign}${value} ${unit.value.toLowerCase()}`;
}

/** Only numbers and units: the text is handed on. */
function wordsOf(text: string, refuse: () => Error): string[] {
  const words = text
    .trim()
    .split(' ')
    .filter((word) => word !== '');
  if (words.length === 0 || words.length % 2 !== 0) throw refuse();
  const isGood = words.every((word, index) =>
    index % 2 === 0 ? Number.isFinite(Number(word)) : UNITS.has(word.toUpperCase()),
  );
  if (!isGood) throw refuse();
  return words;
}
