import { createHash, randomBytes } from 'node:crypto';
import { CommandFailed } from '../exit-code';
import { askTokenEndpoint, reach } from './ask-endpoint';
import type { Granted } from './token-source';

/** The public client of the Databricks CLI and the SDKs, which has no secret. */
const CLIENT = 'databricks-cli';
/** Nobody listens there: the code is read from the redirect. */
const BACK_TO = 'http://localhost:8020';

/**
 * Signs a persona in at the local workspace, which asks for no password: authorization code with PKCE (RFC 7636), as a browser would do it,
 * with the persona's name in `login_hint` in place of a page to choose from. The token is an OAuth one, so the local apps take it too.
 *
 * @throws CommandFailed when there is no such persona, or no local workspace answers
 */
export async function signInLocally(workspace: URL, persona: string, personas: readonly string[]): Promise<Granted> {
  const verifier = randomBytes(48).toString('base64url');
  const authorize = new URL('/oidc/v1/authorize', workspace);
  const asked = {
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: BACK_TO,
    scope: 'all-apis',
    state: randomBytes(16).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: persona,
  };
  authorize.search = new URLSearchParams(asked).toString();
  const response = await reach(authorize);
  const back = response.headers.get('location');
  const code = back === null ? null : new URL(back, workspace).searchParams.get('code');
  // A page, and no redirect: it asks who to be, because it knows nobody of this name.
  if (code === null) {
    throw new CommandFailed(
      `The local workspace knows nobody called ${persona}: take one of ${personas.join(', ')}, or the user name of somebody who was added.`,
    );
  }
  return askTokenEndpoint(
    workspace,
    {
      form: {
        grant_type: 'authorization_code',
        client_id: CLIENT,
        redirect_uri: BACK_TO,
        code,
        code_verifier: verifier,
      },
    },
    'Stop `npm start` and start it again.',
  );
}
