import { grantLine } from './grant-line';

describe('the line that gives a privilege', () => {
  it('puts whatever is no plain name into backticks, so that no name can say more than a name', () => {
    expect(grantLine('SELECT', 'TABLE', ['demo', 'lake', 'trips'], 'ana@example.com')).toBe(
      'GRANT SELECT ON TABLE demo.lake.trips TO `ana@example.com`;',
    );
    expect(grantLine('USE SCHEMA', 'SCHEMA', ['my-catalog', 'a`b'], 'x`; DROP')).toBe(
      'GRANT USE SCHEMA ON SCHEMA `my-catalog`.`a``b` TO `x``; DROP`;',
    );
  });
});
