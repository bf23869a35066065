import { lineOf, matching } from './log-line';

const LINE = {
  id: '9',
  at: '2026-11-21T08:30:00.000Z',
  level: 'info',
  table: 'cc_claim',
  message: '50 folders are new',
};

describe('lines of a log', () => {
  it('are read as they come, and refused when something is missing', () => {
    expect(lineOf(JSON.stringify({ ...LINE, details: {} }))).toEqual(LINE);
    expect(lineOf(JSON.stringify({ ...LINE, table: null })).table).toBeNull();
    expect(() => lineOf(JSON.stringify({ ...LINE, level: 'loud' }))).toThrow('lacks');
    expect(() => lineOf('7')).toThrow('no object');
  });

  it('are found by what they say and by their table, whatever the case', () => {
    const lines = [LINE, { ...LINE, id: '10', table: null, message: 'Begun' }].map((line) =>
      lineOf(JSON.stringify(line)),
    );
    const found = (search: string) => matching(lines, search).map(({ id }) => id);
    expect(found('CC_CL')).toEqual(['9']);
    expect(found('begun ')).toEqual(['10']);
    expect(found('')).toEqual(['9', '10']);
  });
});
