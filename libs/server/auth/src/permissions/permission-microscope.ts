import { PermissionProbes, type PermissionReport, type UserCaller } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';

/** What was found, and when it was looked at. */
export interface Examination {
  reports: readonly PermissionReport[];
  at: Date;
}

interface Underway {
  token: string;
  examination: Promise<Examination>;
}

/**
 * Tries every feature with the caller's own token. Nothing is remembered, so that a fix shows at once; but who asks again while an
 * examination is under way gets that one, however many tabs are open.
 */
@Injectable()
export class PermissionMicroscope {
  private readonly underway = new Map<string, Underway>();

  constructor(@Inject(PermissionProbes) private readonly probes: PermissionProbes) {}

  examine(caller: UserCaller): Promise<Examination> {
    const token = caller.token.reveal();
    const underway = this.underway.get(caller.userId);
    // Another token may have other scopes.
    if (underway?.token === token) return underway.examination;
    const examination = this.examineNow(caller).finally(() => {
      if (this.underway.get(caller.userId)?.examination === examination) this.underway.delete(caller.userId);
    });
    this.underway.set(caller.userId, { token, examination });
    return examination;
  }

  private async examineNow(caller: UserCaller): Promise<Examination> {
    const at = new Date();
    // Nobody's leaving ends what others wait for; each probe is bounded in time by itself.
    return { reports: await this.probes.checkAll(caller, new AbortController().signal), at };
  }
}
