import { Chance } from './chance';
import { InvalidSynthetic, parseDisorder, type Disorder } from './disorder';
import { checkHistory, type History } from './history';
import { tableNames, type TableSketch } from './table-names';
import { TableStream } from './table-stream';
import type { TableFacts } from './table-mark';
import type { SyntheticFolder } from './synthetic-folder';

/** What a reader of one table must find after the last step. */
export interface ExpectedTable {
  readonly table: string;
  /** As they are in the end, in the order of fingerprints and numbers; those past the fence and half-written ones included. */
  readonly folders: readonly SyntheticFolder[];
  readonly facts: TableFacts;
  /** The current rows by id, for a merged table. */
  readonly finalRows: TableStream['finalRows'];
}

/** An invented InsuranceSuite: the same history gives the same tables, folders and rows, so it also says what a reader must find. */
export class SyntheticSuite {
  readonly tables: readonly TableSketch[];
  private readonly placed: readonly ReadonlyMap<string, readonly Disorder[]>[];

  /** Throws InvalidSynthetic. */
  constructor(readonly history: History) {
    checkHistory(history);
    this.tables = tableNames(history.tables);
    this.placed = history.steps.map((_, index) => this.place(index));
  }

  /** Which tables a step's disorders hit. */
  disorders(step: number): ReadonlyMap<string, readonly Disorder[]> {
    return this.placed[step] ?? new Map<string, Disorder[]>();
  }

  stream(table: TableSketch): TableStream {
    return new TableStream(this.history, table, (step) => this.disorders(step).get(table.name) ?? []);
  }

  /** What a table is after a step (default: the last). */
  expected(name: string, step = this.history.steps.length - 1): ExpectedTable {
    const sketch = this.tables.find((table) => table.name === name);
    if (sketch === undefined) throw new InvalidSynthetic(`The suite has no table ${name}`);
    const stream = this.stream(sketch);
    const folders = new Map<string, SyntheticFolder>();
    for (let index = 0; index <= step; index += 1) {
      for (const folder of stream.folders(index)) folders.set(`${folder.fingerprint}/${folder.folder}`, folder);
    }
    const { facts, finalRows } = stream;
    return { table: name, folders: inOrder([...folders.values()]), facts, finalRows };
  }

  private place(step: number): Map<string, Disorder[]> {
    const placed = new Map<string, Disorder[]>();
    const entities = this.tables.filter(({ kind }) => kind === 'entity').map(({ name }) => name);
    const from = new Chance(this.history.seed, 'disorders', step).below(entities.length);
    for (const [index, text] of (this.history.steps[step]?.disorders ?? []).entries()) {
      const { name, table = entities[(from + index) % entities.length] ?? '' } = parseDisorder(text);
      if (!this.tables.some((known) => known.name === table)) {
        throw new InvalidSynthetic(`${text} names a table that the suite does not have`);
      }
      placed.set(table, [...(placed.get(table) ?? []), name]);
    }
    return placed;
  }
}

/** Fingerprints by when they began (that is how they come), folders by their numbers. */
function inOrder(folders: readonly SyntheticFolder[]): SyntheticFolder[] {
  const fingerprints = [...new Set(folders.map(({ fingerprint }) => fingerprint))];
  return [...folders].sort(
    (one, other) =>
      fingerprints.indexOf(one.fingerprint) - fingerprints.indexOf(other.fingerprint) ||
      Number(one.folder) - Number(other.folder),
  );
}
