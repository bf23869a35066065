import type { LocalApp } from '../apps/registered-app';
import { ADMINS } from '../identity/directory';
import { APPS, AUTHORIZATION, EVERYBODY, type ObjectAddress, type ObjectType } from './object-type';

/** Who may make and use personal access tokens: everybody, until an admin says otherwise. */
export const TOKENS: ObjectAddress = { type: 'authorization', id: 'tokens' };

export const authorization: ObjectType = {
  ...AUTHORIZATION,
  find: (id) =>
    id === TOKENS.id
      ? {
          id,
          initially: [
            { principal: ADMINS, level: 'CAN_MANAGE' },
            { principal: EVERYBODY, level: 'CAN_USE' },
          ],
        }
      : undefined,
};

/** The one app, which everybody may open until its creator or an admin says otherwise. */
export function registeredApps(app: LocalApp, creator: string): ObjectType {
  return {
    ...APPS,
    find: (id) =>
      id === app.name
        ? {
            id,
            name: `app ${app.name}`,
            initially: [
              { principal: creator, level: 'CAN_MANAGE' },
              { principal: EVERYBODY, level: 'CAN_USE' },
            ],
          }
        : undefined,
  };
}
