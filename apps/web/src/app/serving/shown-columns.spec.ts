import { columnsText, shownColumns } from './shown-columns';

const columns = [
  { key: 'state', name: 'State' },
  { key: 'task', name: 'Task' },
  { key: 'creator', name: 'Creator' },
] as const;

describe('the columns of a list', () => {
  it('are chosen in the address', () => {
    expect(columnsText(['Creator', 'State'], columns)).toBe('state,creator');
    expect([...shownColumns('creator,state', columns)]).toEqual(['state', 'creator']);
  });

  it('are all of them for an address that names none', () => {
    expect(columnsText(undefined, columns)).toBeNull();
    for (const text of [undefined, '', 'nonsense']) expect([...shownColumns(text, columns)]).toHaveLength(3);
  });
});
