import { csvText } from '@lakescope/server-http';
import type { ResultColumnType } from '../query-record';
import type { Cells } from '../cells';
import { sparkType } from '../spark-type';
import { cellReader } from '../typed-cells';
import type { RowEncoder } from './row-encoder';

const NUMBERS: ReadonlySet<string> = new Set(['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL']);
const FINITE = /^-?[\d.]+(?:[eE][+-]?\d+)?$/;

/** RFC 4180 with a header. NULL is an empty cell, the empty text is `""`; what a spreadsheet could take for a formula is made text. */
export class CsvEncoder implements RowEncoder {
  private readonly isNumber: readonly boolean[];

  constructor(private readonly columns: readonly ResultColumnType[]) {
    this.isNumber = columns.map(({ type }) => {
      const read = sparkType(type);
      return read.kind === 'scalar' && NUMBERS.has(read.name);
    });
  }

  begin(): Uint8Array {
    return Buffer.from(`${this.columns.map(({ name }) => csvText(name)).join(',')}\r\n`);
  }

  rows(rows: readonly Cells[]): Uint8Array {
    const cell = (text: string | null, at: number): string => {
      if (text === null) return '';
      if (text === '') return '""';
      // The minus of a number begins no formula.
      return this.isNumber[at] === true && FINITE.test(text) ? text : csvText(text);
    };
    return Buffer.from(
      rows.map((row) => `${this.columns.map((_, at) => cell(row[at] ?? null, at)).join(',')}\r\n`).join(''),
    );
  }

  end(): Uint8Array {
    return new Uint8Array();
  }
}

/** An array of objects, one on each line, with values typed as the API shows them. */
export class JsonEncoder implements RowEncoder {
  private readonly keys: readonly string[];
  private readonly readers: readonly ReturnType<typeof cellReader>[];
  private isFirst = true;

  constructor(columns: readonly ResultColumnType[]) {
    this.keys = columns.map(({ name }) => JSON.stringify(name));
    this.readers = columns.map(({ type }) => cellReader(type));
  }

  begin(): Uint8Array {
    return Buffer.from('[');
  }

  rows(rows: readonly Cells[]): Uint8Array {
    return Buffer.from(rows.map((row) => this.line(row)).join(''));
  }

  end(): Uint8Array {
    return Buffer.from('\n]\n');
  }

  private line(row: Cells): string {
    const separator = this.isFirst ? '\n' : ',\n';
    this.isFirst = false;
    const fields = this.readers.map((read, at) => `${this.keys[at]}:${JSON.stringify(read(row[at] ?? null))}`);
    return `${separator}{${fields.join(',')}}`;
  }
}
