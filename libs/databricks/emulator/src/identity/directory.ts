import type { WorkspaceDocument } from '../state/workspace-document';
import { GROUPS, PERSONA_NAMES, PERSONAS } from './personas';

/** Somebody who can hold a token. `name` is what grants, tokens and Postgres roles say: user name or client id. */
export interface Principal {
  readonly kind: 'user' | 'service_principal';
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  readonly groups: readonly string[];
}

export interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly members: readonly Principal[];
}

export const SERVICE_PRINCIPAL_NAME = 'lakescope';

/** Who exists in the workspace. */
export class Directory {
  readonly users: readonly Principal[];
  readonly servicePrincipals: readonly Principal[];
  readonly groups: readonly Group[];

  constructor(workspace: Pick<WorkspaceDocument, 'servicePrincipal'>) {
    this.users = PERSONA_NAMES.map((name) => {
      const { userId, userName, givenName, familyName, groups } = PERSONAS[name];
      const displayName = `${givenName} ${familyName}`;
      return { kind: 'user', id: userId, name: userName, displayName, givenName, familyName, groups };
    });
    this.servicePrincipals = [
      {
        kind: 'service_principal',
        id: workspace.servicePrincipal.id,
        name: workspace.servicePrincipal.clientId,
        displayName: SERVICE_PRINCIPAL_NAME,
        givenName: undefined,
        familyName: undefined,
        groups: [],
      },
    ];
    this.groups = Object.entries(GROUPS).map(([displayName, id]) => ({
      id,
      displayName,
      members: this.users.filter((user) => user.groups.includes(displayName)),
    }));
  }

  find(name: string): Principal | undefined {
    return [...this.users, ...this.servicePrincipals].find((principal) => principal.name === name);
  }
}
