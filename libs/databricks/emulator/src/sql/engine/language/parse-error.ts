import { SqlFailure } from '../sql-failure';

/** Where something stands in a statement: lines from 1, positions from 0, as the platform counts them. */
export function positionOf(sql: string, offset: number): { line: number; position: number } {
  const before = sql.slice(0, offset);
  return { line: before.split('\n').length, position: offset - (before.lastIndexOf('\n') + 1) };
}

/** A statement that is not SQL of this dialect, with the place marked as the platform does it. */
export function parseError(errorClass: string, text: string, sql: string, offset: number): SqlFailure {
  const { line, position } = positionOf(sql, offset);
  const lines = sql.split('\n');
  const marked = [...lines.slice(0, line), `${'-'.repeat(position)}^^^`, ...lines.slice(line)];
  return new SqlFailure(errorClass, text, '42601', {
    suffix: ` (line ${line}, pos ${position})\n\n== SQL ==\n${shortened(marked.join('\n'))}`,
  });
}

/** A statement may be 16 MiB long; its error message need not be. */
function shortened(text: string): string {
  const limit = 2_000;
  return text.length <= limit ? text : `${text.slice(0, limit)}...`;
}
