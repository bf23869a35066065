import { Chance } from './chance';
import { InvalidSynthetic, type Disorder } from './disorder';
import { beginningOf, type History, type Step } from './history';
import { fileColumns, INITIAL_LOAD, RowStream } from './row-stream';
import { changedColumns, changesSchema, fingerprintOf, type TableSchema } from './schema-line';
import { LEAST_WITH_DISORDER, placeDisorders, type Slot } from './slots';
import { made, type SyntheticFile, type SyntheticFolder } from './synthetic-folder';
import { firstColumns } from './table-columns';
import { TableMark, type TableFacts } from './table-mark';
import type { TableSketch } from './table-names';
import type { Row } from '../parquet/column';

const MANY = 1001;
const INITIAL_TIMES = 4;
const WRONG_BY = 3;

/** The change stream of one table, step after step, and what a manifest says of it. */
export class TableStream {
  private readonly mark = new TableMark();
  private readonly rows: RowStream;
  private readonly sizes: Chance;
  private readonly weight: number;
  private readonly schemas: TableSchema[];
  private unfinished: SyntheticFolder[] = [];

  constructor(
    private readonly history: History,
    readonly sketch: TableSketch,
    private readonly disordersOf: (step: number) => readonly Disorder[],
  ) {
    const { seed, start } = history;
    this.rows = new RowStream(new Chance(seed, sketch.name, 'rows'));
    this.sizes = new Chance(seed, sketch.name, 'sizes');
    this.weight = this.sizes.logNormal(1, 1);
    const columns = firstColumns(sketch, seed);
    this.schemas = [{ fingerprint: fingerprintOf(sketch.name, columns, 0), columns, since: start }];
  }

  /** The rows that are there after all steps so far, by id; deleted ones are not. */
  get finalRows(): ReturnType<RowStream['finalRows']> {
    return this.rows.finalRows();
  }

  get facts(): TableFacts {
    return this.mark.facts(this.schemas);
  }

  /** The folders a step writes, those first that it writes once more. Steps are taken in their order. */
  *folders(index: number): Generator<SyntheticFolder> {
    const step = this.history.steps[index];
    if (step === undefined) throw new InvalidSynthetic(`There is no step ${index}`);
    const disorders = this.disordersOf(index);
    const before = beginningOf(this.history, index);
    yield* this.finish(index, step);
    for (const slot of this.slots(index, step, disorders)) {
      const folder = this.folder(index, step, slot);
      this.mark.note(folder);
      if (!folder.complete || folder.files.some(({ truncated }) => truncated)) this.unfinished.push(folder);
      yield folder;
    }
    this.mark.endStep(disorders, this.schemas, before);
  }

  /** What the steps before left: half-written folders always, truncated ones when it repairs. */
  private *finish(index: number, step: Step): Generator<SyntheticFolder> {
    const left: SyntheticFolder[] = [];
    for (const folder of this.unfinished) {
      if (folder.complete && !step.repair) left.push(folder);
      else yield made(folder, index);
    }
    this.unfinished = left;
  }

  private slots(index: number, step: Step, disorders: readonly Disorder[]): Slot[] {
    const times = this.times(index, this.count(index, step, disorders), step);
    const slots = times.map((at): Slot => ({ at, schema: this.schema, disorders: new Set(), changes: [] }));
    placeDisorders(slots, disorders);
    if (changesSchema(disorders)) this.switchSchema(slots, index, disorders);
    for (const [number, slot] of slots.entries()) this.fill(slot, step, index === 0 && number === 0);
    this.disorderRows(slots);
    return slots;
  }

  private get schema(): TableSchema {
    const schema = this.schemas.at(-1);
    if (schema === undefined) throw new RangeError('A table has a schema');
    return schema;
  }

  /** In the first step some folders have the old schema; later the first one already has the new. */
  private switchSchema(slots: readonly Slot[], index: number, disorders: readonly Disorder[]): void {
    const interleaves = disorders.includes('interleaved-fingerprints');
    const rest = slots.slice(index === 0 ? 2 : 0);
    const [first] = rest;
    if (first === undefined) return;
    // The new schema's first folder is older than a folder of the old schema that somebody may have read.
    if (interleaves && index > 0) first.at = this.mark.newest - 1;
    const number = this.schemas.length;
    const columns = changedColumns(this.schema.columns, disorders, number);
    this.schemas.push({ fingerprint: fingerprintOf(this.sketch.name, columns, number), columns, since: first.at });
    for (const [place, slot] of rest.entries()) {
      if (!interleaves || place % 2 === 0) slot.schema = this.schema;
    }
    for (const name of disorders) if (changesSchema([name])) first.disorders.add(name);
  }

  private count(index: number, step: Step, disorders: readonly Disorder[]): number {
    const mean = step.even ? step.folders : this.sizes.logNormal(step.folders * this.weight, 0.5);
    const least = disorders.length > 0 ? LEAST_WITH_DISORDER : index === 0 ? 1 : 0;
    return Math.max(Math.round(mean), least) + (disorders.includes('many-folders') ? MANY : 0);
  }

  /** Rising, each in a part of the step of its own. */
  private times(index: number, count: number, { minutes }: Step): number[] {
    const begin = beginningOf(this.history, index);
    const width = (minutes * 60_000) / Math.max(count, 1);
    if (width < 10) throw new InvalidSynthetic(`${count} folders do not fit into ${minutes} minutes`);
    const within = (): number => 0.1 + 0.8 * this.sizes.next();
    return Array.from({ length: count }, (_, number) => Math.floor(begin + (number + within()) * width));
  }

  private fill({ changes, schema, at, disorders }: Slot, step: Step, isInitial: boolean): void {
    if (disorders.has('empty-folder')) return;
    const count = this.rowCount(step) * (isInitial && !step.even ? INITIAL_TIMES : 1);
    for (let left = count; left > 0; left -= 1) {
      const { columns } = schema;
      changes.push(isInitial ? this.rows.insert(columns, at, INITIAL_LOAD) : this.rows.any(columns, at));
    }
  }

  /** Some changes arrive in another order than they happened, or twice. */
  private disorderRows(slots: readonly Slot[]): void {
    for (const [number, slot] of slots.entries()) {
      const [two, one] = [slots[number - 2], slots[number - 1]];
      if (slot.disorders.has('update-before-insert') && one !== undefined) {
        const { columns } = one.schema;
        const inserted = this.rows.insert(columns, one.at);
        one.changes.push(this.rows.update(columns, one.at, inserted.id));
        slot.changes.push(inserted);
      }
      if (slot.disorders.has('late-row-after-delete') && one !== undefined && two !== undefined) {
        const { columns } = two.schema;
        const inserted = this.rows.insert(columns, two.at);
        const updated = this.rows.update(columns, two.at, inserted.id);
        two.changes.push(inserted);
        one.changes.push(this.rows.delete(one.at, inserted.id));
        slot.changes.push(updated);
      }
      if (slot.disorders.has('duplicate-folder') && one !== undefined) slot.changes = [...one.changes];
    }
  }

  private rowCount({ rows, files, even }: Step): number {
    const mean = rows * (files - 1);
    return even ? mean : Math.max(1, Math.round(this.sizes.logNormal(mean * this.weight, 0.7)));
  }

  private folder(index: number, step: Step, { at, schema, disorders, changes }: Slot): SyntheticFolder {
    const columns = fileColumns(schema.columns);
    const isHalf = disorders.has('half-written');
    const rows = changes.map((change) => this.rows.row(change, columns));
    const truncated = isHalf || disorders.has('truncated-file');
    const said = rows.length + (disorders.has('wrong-metrics') ? WRONG_BY : 0);
    return {
      table: this.sketch.name,
      fingerprint: schema.fingerprint,
      folder: String(at),
      step: index,
      columns,
      files: disorders.has('empty-folder') ? [] : this.files(rows, step, truncated),
      rows: rows.length,
      complete: !isHalf,
      metrics: isHalf || disorders.has('missing-metrics') ? undefined : said,
      disorders: [...disorders],
    };
  }

  /** The first file is empty, as Spark leaves it; rows are dealt out over the others. */
  private files(rows: readonly Row[], step: Step, truncated: boolean): SyntheticFile[] {
    const wanted = step.even ? step.files : Math.max(2, Math.round(this.sizes.logNormal(step.files, 0.4)));
    const full = Math.max(1, Math.min(wanted - 1, rows.length));
    const uuid = this.sizes.uuid();
    return Array.from({ length: full + 1 }, (_, part) => ({
      name: `part-${String(part).padStart(5, '0')}-${uuid}-c000.snappy.parquet`,
      rows: part === 0 ? [] : rows.filter((_row, number) => number % full === part - 1),
      truncated: truncated && part === 1,
    }));
  }
}
