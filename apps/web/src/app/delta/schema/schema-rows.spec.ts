import { type TableColumnDto, type TableFieldDto } from '@lakescope/web-api';
import { visibleRows } from './schema-rows';

const field = (name: string, type: string, more: Partial<TableFieldDto> = {}): TableFieldDto => ({
  name,
  type,
  nullable: true,
  comment: null,
  physical_name: null,
  generation_expression: null,
  clustering_index: null,
  metadata: {},
  fields: [],
  ...more,
});

const column = (name: string, type: string, more: Partial<TableColumnDto> = {}): TableColumnDto => ({
  ...field(name, type),
  partition_index: null,
  ...more,
});

describe('the rows of a schema', () => {
  it('tell of the parts of a column what they tell of columns', () => {
    const city = field('city', 'string', {
      comment: 'where',
      clustering_index: 1,
      metadata: { CURRENT_DEFAULT: "'x'" },
    });
    const people = column('people', 'array<struct<city: string>>', {
      fields: [field('element', 'struct<city: string>', { nullable: false, fields: [city] })],
    });

    const rows = visibleRows([people], new Set(['0', '0.0']), '');

    expect(rows.map(({ name, type, depth }) => [name, type, depth])).toEqual([
      ['people', 'array<struct<city: string>>', 0],
      ['element', 'struct', 1],
      ['city', 'string', 2],
    ]);
    expect(rows[1]?.notes).toMatchObject({ nullable: false });
    expect(rows[2]?.notes).toMatchObject({
      comment: 'where',
      clustering: 2,
      facts: [{ label: 'default', value: "'x'" }],
    });
  });

  it('of plain lists do not unfold, and of the warehouse have parts of a name and a type', () => {
    const list = column('list', 'array<long>', { fields: [field('element', 'long')] });
    const told = column('told', 'struct<a: long>', { nullable: null, fields: null });

    const rows = visibleRows([list, told], new Set(['1']), '');

    expect(rows.map(({ name, isFolded, notes }) => [name, isFolded, notes === undefined])).toEqual([
      ['list', undefined, false],
      ['told', false, false],
      ['a', undefined, true],
    ]);
  });
});
