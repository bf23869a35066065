import { ADMINS } from '../identity/directory';
import { AUTHORIZATION, EVERYBODY, type ObjectAddress, type ObjectType } from './object-type';

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
