import {
  DomainError,
  PermissionProbes,
  type PermissionFinding,
  type PermissionProbe,
  type UserCaller,
} from '@lakescope/server-http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Administrators } from '../administrators/administrators';
import { WhoAmI } from '../identity/who-am-i';

/** The permissions of this module: to be signed in, and to administer the app. */
@Injectable()
export class OwnPermissions implements OnModuleInit {
  constructor(
    @Inject(PermissionProbes) private readonly probes: PermissionProbes,
    @Inject(WhoAmI) private readonly whoAmI: WhoAmI,
    @Inject(Administrators) private readonly administrators: Administrators,
  ) {}

  onModuleInit(): void {
    this.probes.register(this.signIn);
    this.probes.register(this.adminArea);
  }

  private readonly signIn: PermissionProbe = {
    feature: 'sign_in',
    title: 'Sign in',
    page: '/',
    runsAs: 'user',
    scopes: [],
    check: async (caller) => {
      try {
        await this.whoAmI.ask(caller.token);
        return { state: 'allowed' };
      } catch (error) {
        if (!(error instanceof DomainError) || error.kind !== 'unauthenticated') throw error;
        return { state: 'denied', reason: error.message, fix: 'Reload the page to sign in again.' };
      }
    },
  };

  private readonly adminArea: PermissionProbe = {
    feature: 'admin_area',
    title: 'Administer the app',
    page: '/admin',
    runsAs: 'user',
    scopes: [],
    check: async (caller) =>
      (await this.administrators.include(caller)) ? { state: 'allowed' } : this.noAdministrator(caller),
  };

  private noAdministrator(caller: UserCaller): PermissionFinding {
    const { groups } = this.administrators;
    return {
      state: 'denied',
      missingGrant: `Member of ${groups.join(' or ')}`,
      reason:
        'You are in none of the groups that administer the app. A change counts after five minutes at the latest.',
      fix: `Add ${caller.userId} to the group ${groups[0] ?? 'admins'} of the workspace`,
    };
  }
}
