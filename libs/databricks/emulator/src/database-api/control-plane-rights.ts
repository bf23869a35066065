import { permissionDenied } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';

/** Whoever made a database, and workspace admins, may change it; everybody with the scope may see it and log in. */
export function requireManager(caller: Principal, owner: string, what: string): void {
  if (caller.name === owner || caller.groups.includes(ADMINS)) return;
  throw permissionDenied(`User does not have permission 'CAN_MANAGE' on ${what}.`);
}
