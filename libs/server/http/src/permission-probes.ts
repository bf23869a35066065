import { PlatformError } from '@lakescope/databricks-client';
import { Inject, Injectable } from '@nestjs/common';
import type { UserCaller } from './caller';
import { DomainError } from './domain-error';
import { HttpLimits } from './http-limits';
import { sayingOf } from './platform-sayings';
import { scopeLine } from './permission-fixes';

export type PermissionState = 'allowed' | 'denied' | 'unknown';

/** What a probe has found out. */
export interface PermissionFinding {
  state: PermissionState;
  missingScope?: string;
  missingGrant?: string;
  /** One sentence for people. */
  reason?: string;
  /** The exact line, statement or step that gives the permission. */
  fix?: string;
  /** What the probe found to be usable, for the probes that need this one, e.g. names of catalogs. */
  places?: readonly string[];
}

/** One thing a person can do in the UI, and a cheap way to try whether this person may. */
export interface PermissionProbe {
  /** Stable id, e.g. `browse_catalogs`. */
  readonly feature: string;
  readonly title: string;
  /** Path of the page in the UI. */
  readonly page: string;
  readonly runsAs: 'user' | 'app' | 'system';
  /** Scopes of the user's token it cannot do without. */
  readonly scopes: readonly string[];
  /** The feature whose places this one is tried on; while that is not allowed, nothing is known of this one. */
  readonly needs?: string;
  /** Tries it with the caller's own token; what it throws becomes a finding. */
  check(caller: UserCaller, signal: AbortSignal, places: readonly string[]): Promise<PermissionFinding>;
}

export interface PermissionReport {
  probe: PermissionProbe;
  finding: PermissionFinding;
  /** Undefined when it could not be tried. */
  latencyMs: number | undefined;
}

/** The permissions of all features; each registers its own. */
@Injectable()
export class PermissionProbes {
  private readonly known = new Map<string, PermissionProbe>();

  constructor(@Inject(HttpLimits) private readonly limits: HttpLimits) {}

  register(probe: PermissionProbe): void {
    if (this.known.has(probe.feature)) throw new Error(`Two permission probes are called ${probe.feature}`);
    this.known.set(probe.feature, probe);
  }

  all(): readonly PermissionProbe[] {
    return [...this.known.values()];
  }

  /** All at once, but each after the one it needs; one that hangs is given up and holds nobody up. */
  checkAll(caller: UserCaller, signal: AbortSignal): Promise<PermissionReport[]> {
    const reports = new Map<string, Promise<PermissionReport>>();
    const report = (probe: PermissionProbe): Promise<PermissionReport> => {
      const underway = reports.get(probe.feature);
      if (underway !== undefined) return underway;
      const needed = probe.needs === undefined ? undefined : this.named(probe.needs);
      const started = this.reportOn(probe, caller, signal, needed === undefined ? undefined : () => report(needed));
      reports.set(probe.feature, started);
      return started;
    };
    return Promise.all(this.all().map(report));
  }

  private named(feature: string): PermissionProbe {
    const probe = this.known.get(feature);
    if (probe === undefined) throw new Error(`No permission probe is called ${feature}`);
    return probe;
  }

  private async reportOn(
    probe: PermissionProbe,
    caller: UserCaller,
    signal: AbortSignal,
    needed: (() => Promise<PermissionReport>) | undefined,
  ): Promise<PermissionReport> {
    const before = await needed?.();
    if (before !== undefined && before.finding.state !== 'allowed') {
      const reason = `Cannot be tried before “${before.probe.title}” works.`;
      return { probe, finding: { state: 'unknown', reason }, latencyMs: undefined };
    }
    const startedAt = performance.now();
    const finding = await this.tried(probe, caller, signal, before?.finding.places ?? []);
    return { probe, finding, latencyMs: Math.round(performance.now() - startedAt) };
  }

  private async tried(
    probe: PermissionProbe,
    caller: UserCaller,
    signal: AbortSignal,
    places: readonly string[],
  ): Promise<PermissionFinding> {
    const { probeMs } = this.limits;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
    const tooLate = new Promise<PermissionFinding>((resolve) => {
      const reason = `No answer within ${probeMs / 1000} s.`;
      bounded.addEventListener('abort', () => resolve({ state: 'unknown', reason }), { once: true });
    });
    const checked = async (): Promise<PermissionFinding> => probe.check(caller, bounded, places);
    return Promise.race([checked().catch(failed), tooLate]);
  }
}

/** What a missing scope looks like, whoever found it missing. */
export function scopeMissing(scope: string): PermissionFinding {
  return {
    state: 'denied',
    missingScope: scope,
    reason: `The app was not granted the scope ${scope}. Add the line to user_api_scopes of the app, deploy it and sign in again.`,
    fix: scopeLine(scope),
  };
}

/** Only a refusal, or a database that is not there at all, is a no; everything else that goes wrong leaves open what would have been answered. */
function failed(error: unknown): PermissionFinding {
  if (error instanceof PlatformError) {
    const scope = error.kind === 'scope_missing' ? error.scopes?.[0] : undefined;
    if (scope !== undefined) return scopeMissing(scope);
    const state = error.kind === 'permission_denied' ? 'denied' : 'unknown';
    return { state, reason: sayingOf(error) };
  }
  if (!(error instanceof DomainError)) return { state: 'unknown', reason: 'The check failed.' };
  // Where there is no database, waiting for one helps nobody; the error says what does.
  const { suggestion } = error.details;
  return error.code === 'LAKEBASE_NOT_CONFIGURED' && typeof suggestion === 'string'
    ? { state: 'denied', reason: error.message, fix: suggestion }
    : { state: 'unknown', reason: error.message };
}
