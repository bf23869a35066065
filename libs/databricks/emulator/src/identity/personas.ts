export const PERSONA_NAMES = ['admin', 'engineer', 'analyst', 'outsider'] as const;
export type PersonaName = (typeof PERSONA_NAMES)[number];

export interface PersonaProfile {
  readonly userId: string;
  readonly userName: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly groups: readonly string[];
}

/**
 * The people of every local workspace: one with all rights, two with everyday rights, and one who belongs to no group and
 * so may see nothing. Tests of a right use somebody who has it and somebody who has not.
 */
export const PERSONAS: Readonly<Record<PersonaName, PersonaProfile>> = {
  admin: {
    userId: '4810250001',
    userName: 'ada.keller@lakescope.example',
    givenName: 'Ada',
    familyName: 'Keller',
    groups: ['admins'],
  },
  engineer: {
    userId: '4810250002',
    userName: 'erik.sandoval@lakescope.example',
    givenName: 'Erik',
    familyName: 'Sandoval',
    groups: ['engineers'],
  },
  analyst: {
    userId: '4810250003',
    userName: 'anna.moreau@lakescope.example',
    givenName: 'Anna',
    familyName: 'Moreau',
    groups: ['analysts'],
  },
  outsider: {
    userId: '4810250004',
    userName: 'oscar.quinn@lakescope.example',
    givenName: 'Oscar',
    familyName: 'Quinn',
    groups: [],
  },
};

/** Group names with their SCIM ids. */
export const GROUPS: Readonly<Record<string, string>> = {
  admins: '4810260001',
  engineers: '4810260002',
  analysts: '4810260003',
};

/** The user name of a persona; any other name as it is. */
export function principalName(personaOrName: string): string {
  const persona = PERSONA_NAMES.find((name) => name === personaOrName);
  return persona === undefined ? personaOrName : PERSONAS[persona].userName;
}
