import { markup } from '../apps-proxy/markup';
import { page } from '../apps-proxy/page';
import type { PersonaName } from './personas';
import type { Principal } from './directory';

export interface Choice {
  readonly persona: PersonaName;
  readonly person: Principal;
  /** The same request again, as this person. */
  readonly href: string;
}

/** Where a person says who to be for a client; plain links, so that it needs no script and no form. */
export function signInPage(
  choices: readonly Choice[],
  clientId: string,
  scopes: readonly string[],
): ReturnType<typeof page> {
  const people = choices.map(
    ({ persona, person, href }) =>
      markup`<li><a href="${href}">${person.displayName} (${persona})</a> ${person.name}</li>`,
  );
  return page(
    'Sign in to the local workspace',
    markup`<main><h1>Sign in to the local workspace</h1>
<p><strong>${clientId}</strong> asks for access to this workspace (${scopes.join(', ')}). As whom?</p>
<ul>${people}</ul>
</main>`,
  );
}
