import { createHash } from 'node:crypto';
import { AuthorizationCodes } from './authorization-codes';

const verifier = 'v'.repeat(43);
const authorization = {
  holder: 'ana@lakescope.example',
  clientId: 'databricks-cli',
  redirectUri: 'http://localhost:8020',
  scopes: ['sql'],
  challenge: createHash('sha256').update(verifier).digest('base64url'),
  nonce: undefined,
};
const client = { clientId: 'databricks-cli', redirectUri: 'http://localhost:8020', verifier };

describe('authorization codes', () => {
  it('are good for one minute', () => {
    let now = 0;
    const codes = new AuthorizationCodes(() => now);
    const [early, late] = [codes.issue(authorization), codes.issue(authorization)];

    now = 59_999;
    const inTime = codes.redeem(early, client);
    now = 60_000;
    const tooLate = codes.redeem(late, client);

    expect([inTime.outcome, tooLate.outcome]).toEqual(['granted', 'refused']);
  });

  it('are good for one use', () => {
    const codes = new AuthorizationCodes();
    const code = codes.issue(authorization);

    expect([codes.redeem(code, client).outcome, codes.redeem(code, client).outcome]).toEqual(['granted', 'replayed']);
  });

  it('do not fill the memory', () => {
    const codes = new AuthorizationCodes();
    const first = codes.issue(authorization);
    for (let index = 0; index < 1000; index += 1) codes.issue(authorization);

    expect(codes.redeem(first, client).outcome).toBe('refused');
  });
});
