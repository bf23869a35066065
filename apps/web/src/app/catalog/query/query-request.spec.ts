import { type QueryDefinition, WHOLE_TABLE } from './query-definition';
import { definitionOf, sentQuery } from './query-request';
import { tableColumn } from '../../filters/table-column';

const columns = [tableColumn('id', 'bigint'), tableColumn('note', 'string'), tableColumn('tags', 'array<string>')];

describe('a query as the API takes it', () => {
  it('sends values as text, so that no digit is lost', () => {
    const { filters } = sentQuery(
      { ...WHOLE_TABLE, filters: [{ column: 'id', op: '>=', values: [' 9007199254740993 '] }] },
      columns,
    );
    expect(filters).toEqual([{ column: 'id', op: '>=', value: '9007199254740993' }]);
  });

  it('sends a list where there are several values, and nothing where there is none', () => {
    const { filters } = sentQuery(
      {
        ...WHOLE_TABLE,
        filters: [
          { column: 'id', op: 'between', values: ['1', '2'] },
          { column: 'note', op: 'in', values: ['a, b', ' c '] },
          { column: 'tags', op: 'is_null', values: [] },
        ],
      },
      columns,
    );
    expect(filters).toEqual([
      { column: 'id', op: 'between', value: ['1', '2'] },
      { column: 'note', op: 'in', value: ['a, b', ' c '] },
      { column: 'tags', op: 'is_null' },
    ]);
  });

  it('does not name the columns when all are wanted', () => {
    expect(sentQuery(WHOLE_TABLE, columns)).not.toHaveProperty('columns');
  });

  it('comes back as it was asked', () => {
    const definition: QueryDefinition = {
      columns: ['note'],
      filters: [{ column: 'note', op: '=', values: [''] }],
      orders: [{ column: 'id', direction: 'desc' }],
      limit: 500,
      offset: 1000,
    };
    expect(definitionOf(sentQuery(definition, columns))).toEqual(definition);
  });

  it('takes over what older versions kept, as far as it is understood', () => {
    expect(
      definitionOf({ columns: null, filters: [{ column: 'id', op: 'sounds_like', value: 1 }], limit: null }),
    ).toEqual(WHOLE_TABLE);
    expect(definitionOf({ filters: [{ column: 'id', op: 'in', value: [1, true] }] }).filters).toEqual([
      { column: 'id', op: 'in', values: ['1', 'true'] },
    ]);
  });
});
