import { readLocalEndpoints } from './local-endpoints';
import { signInLocally } from './local-sign-in';
import type { SignIn, TargetOptions } from './target-options';
import { RenewedTokens } from './token-source';

/** Who acts where nobody is named: may do everything. */
const USUAL_PERSONA = 'admin';

/** The workspace that `npm start` runs, and a persona of it, signed in by OAuth. */
export async function localSignIn({ state, as }: Pick<TargetOptions, 'state' | 'as'>): Promise<SignIn> {
  const { workspace, personas } = await readLocalEndpoints(state);
  const persona = as ?? USUAL_PERSONA;
  const tokens = new RenewedTokens(
    () => signInLocally(workspace, persona, personas),
    `name a persona by --as (${personas.join(', ')}); the local workspace asks for no password`,
  );
  return { workspace, tokens };
}
