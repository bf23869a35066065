import { grantLine } from './permission-fixes';

describe('the line that gives a privilege', () => {
  it.each([
    [['demo'], 'ana@example.com', 'GRANT USE CATALOG ON CATALOG demo TO `ana@example.com`;'],
    [['demo', 'lake_2'], 'analysts', 'GRANT USE CATALOG ON CATALOG demo.lake_2 TO `analysts`;'],
    [['my-catalog'], 'ana', 'GRANT USE CATALOG ON CATALOG `my-catalog` TO `ana`;'],
    [['Ünïcode', 'select *'], 'ana', 'GRANT USE CATALOG ON CATALOG `Ünïcode`.`select *` TO `ana`;'],
    [['a`b'], 'c`d', 'GRANT USE CATALOG ON CATALOG `a``b` TO `c``d`;'],
    [['x; DROP CATALOG demo; --'], 'ana', 'GRANT USE CATALOG ON CATALOG `x; DROP CATALOG demo; --` TO `ana`;'],
    [['1st'], 'ana', 'GRANT USE CATALOG ON CATALOG `1st` TO `ana`;'],
  ])('on %j to %j is %s', (name, principal, line) => {
    expect(grantLine('USE CATALOG', 'CATALOG', name, principal)).toBe(line);
  });
});
