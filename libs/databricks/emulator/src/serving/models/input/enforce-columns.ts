import { SchemaEnforcementError } from '../schema-enforcement-error';
import type { Column } from '../signature';
import { castCell, CastFailure, LossyCast } from './cast-cell';
import { frameText, type ColumnName, type Frame } from './frame';
import { enforceNested } from './nested-cell';
import { reprOf } from './python-text';
import { numpyName, pandasName, schemaText } from './signature-text';

/** What was sent, as a refusal quotes it. */
export type Quote = () => string;

/**
 * Makes the cells of a frame what the signature says they are, as MLflow's server does before it looks whether all are there.
 * A column that could be cast only by losing something stays as it is, for `enforceColumns` to refuse.
 */
export function castFrame(frame: Frame, columns: readonly Column[]): Frame {
  const byName = new Map(columns.map((column, index) => [column.name ?? frame.names[index] ?? index, column]));
  const cast = frame.names.map((name, index) => {
    const cells = frame.columns[index] ?? [];
    const column = byName.get(name);
    return column === undefined ? cells : castColumn(name, cells, column);
  });
  return { ...frame, columns: cast };
}

function castColumn(name: ColumnName, cells: readonly unknown[], { type, required }: Column): readonly unknown[] {
  try {
    return cells.map((cell) =>
      type.kind === 'scalar' ? castCell(cell, type.scalar) : enforceNested(cell, type, required),
    );
  } catch (error) {
    if (error instanceof LossyCast) return cells;
    if (!(error instanceof CastFailure)) throw error;
    const failure = isMissingAmongNumbers(error, cells) ? NOT_FINITE : error.toString();
    throw new SchemaEnforcementError(
      `Invalid input. Data is not compatible with model signature. Failed to convert column ${name} to type '${pandasName(type)}'. Error: '${failure}'`,
    );
  }
}

/** Among numbers pandas takes null for NaN. */
function isMissingAmongNumbers(failure: CastFailure, cells: readonly unknown[]): boolean {
  return failure.type === 'TypeError' && failure.message.startsWith('int()') && cells.some((cell) => cell !== null);
}

const NOT_FINITE = new CastFailure(
  'IntCastingNaNError',
  "Cannot convert non-finite values (NA or inf) to integer. Replace or remove non-finite values or cast to an integer type that supports these values (e.g. 'Int64')",
).toString();

/** The columns of the signature under their names, or by position where they have none. Throws `SchemaEnforcementError`. */
export function enforceColumns(frame: Frame, columns: readonly Column[], quote?: Quote): Frame {
  const isFloat = (index: number): boolean => {
    const type = columns.find(
      ({ name }, position) => (name ?? position) === (name === undefined ? index : frame.names[index]),
    )?.type;
    return type?.kind === 'scalar' && (type.scalar === 'double' || type.scalar === 'float');
  };
  const refused = (why: string): SchemaEnforcementError =>
    enforcementFailed(quote?.() ?? frameText(frame, isFloat), schemaText({ kind: 'columns', columns }), why);
  const isNamed = columns[0]?.name !== undefined;
  if (isNamed) {
    const missing = missingInputs(frame, columns);
    if (missing !== undefined) throw refused(missing);
  } else if (frame.names.length < columns.length) {
    throw refused(
      `Model inference is missing inputs. The model signature declares ${columns.length} inputs  but the provided value only has ${frame.names.length} inputs. Note: the inputs were not named in the signature so we can only verify their count.`,
    );
  }
  const names: ColumnName[] = [];
  const kept: (readonly unknown[])[] = [];
  columns.forEach((column, position) => {
    const index = column.name === undefined ? position : frame.names.indexOf(column.name);
    const name = frame.names[index];
    if (name === undefined) return;
    if (frame.names.indexOf(name, index + 1) > 0 && isNamed)
      throw refused("'DataFrame' object has no attribute 'dtype'");
    const cells = frame.columns[index] ?? [];
    names.push(column.name ?? position);
    kept.push(enforced(name, cells, column, refused));
  });
  return { names, columns: kept, length: frame.length };
}

function missingInputs(frame: Frame, columns: readonly Column[]): string | undefined {
  const missing = columns.filter(({ name, required }) => required && !frame.names.includes(name ?? ''));
  if (missing.length === 0) return undefined;
  const known = new Set<ColumnName>(columns.map(({ name }) => name ?? ''));
  const extra = frame.names.filter((name) => !known.has(name));
  const note = extra.length === 0 ? '' : ` Note that there were extra inputs: [${extra.map(reprOf).join(', ')}].`;
  return `Model is missing inputs [${missing.map(({ name }) => reprOf(name)).join(', ')}].${note}`;
}

/** Casts once more: what has been cast stays, what could not be without a loss is refused now. */
function enforced(
  name: ColumnName,
  cells: readonly unknown[],
  { type }: Column,
  refused: (why: string) => SchemaEnforcementError,
): readonly unknown[] {
  if (type.kind !== 'scalar' || type.scalar === 'binary' || type.scalar === 'datetime') {
    const aware =
      type.kind === 'scalar' && type.scalar === 'datetime' && cells.some((cell) => typeof cell === 'string');
    if (aware) throw refused(AWARE);
    return cells;
  }
  try {
    return cells.map((cell) => castCell(cell, type.scalar));
  } catch (error) {
    if (!(error instanceof LossyCast) && !(error instanceof CastFailure)) throw error;
    const from = error instanceof LossyCast ? error.from : 'object';
    throw refused(
      `Incompatible input types for column ${name}. Can not safely convert ${from} to ${numpyName(type.scalar)}.`,
    );
  }
}

const AWARE =
  "Please ensure that the input data of datetime column only contains timezone-naive datetime objects. Error: Cannot use .astype to convert from timezone-aware dtype to timezone-naive dtype. Use obj.tz_localize(None) or obj.tz_convert('UTC').tz_localize(None) instead.";

/** MLflow's frame around every refusal of its schema enforcement. */
export function enforcementFailed(data: string, schema: string, why: string): SchemaEnforcementError {
  return new SchemaEnforcementError(
    `Failed to enforce schema of data '${data}' with schema '${schema}'. Error: ${why}`,
  );
}
