import { grantRows } from './grant-rows';

const direct = (privilege: string) => ({ privilege, inherited_from_type: null, inherited_from_name: null });
const from = (type: string, name: string, privilege: string) => ({
  privilege,
  inherited_from_type: type,
  inherited_from_name: name,
});

describe('the rows of grants', () => {
  it('gather what a principal has by where it was granted, the table itself first', () => {
    const rows = grantRows([
      {
        principal: 'analysts',
        privileges: [
          from('CATALOG', 'demo', 'USE_CATALOG'),
          from('SCHEMA', 'demo.lake', 'SELECT'),
          direct('MODIFY'),
          from('SCHEMA', 'demo.lake', 'USE_SCHEMA'),
        ],
      },
    ]);
    expect(rows.map(({ from: source, privileges }) => [source?.names.join('.'), ...privileges])).toEqual([
      [undefined, 'MODIFY'],
      ['demo', 'USE CATALOG'],
      ['demo.lake', 'SELECT', 'USE SCHEMA'],
    ]);
    expect(rows.map(({ isContinued }) => isContinued)).toEqual([false, true, true]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
  });

  it('are none for a principal without privileges', () => {
    expect(grantRows([{ principal: 'nobody', privileges: [] }])).toEqual([]);
  });
});
