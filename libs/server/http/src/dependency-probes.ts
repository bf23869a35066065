import { PlatformError } from '@lakescope/databricks-client';
import { Inject, Injectable } from '@nestjs/common';
import type { UserCaller } from './caller';
import { HttpLimits } from './http-limits';
import { sayingOf } from './platform-sayings';
import { redactText } from './redaction';

export type DependencyState = 'ok' | 'degraded' | 'down' | 'not_configured';

export interface ProbeResult {
  state: DependencyState;
  /** One sentence for people. */
  detail: string;
  /** What to do about it. */
  fix?: string;
}

/** One thing the app depends on, tried with the caller's own rights. */
export interface DependencyProbe {
  readonly name: string;
  check(caller: UserCaller, signal: AbortSignal): Promise<ProbeResult>;
}

const LONGEST_DETAIL = 300;

export interface ProbeReport extends ProbeResult {
  name: string;
  latencyMs: number | undefined;
  checkedAt: Date;
}

/** The probes of all features; each registers its own. */
@Injectable()
export class DependencyProbes {
  private readonly probes: DependencyProbe[] = [];

  constructor(@Inject(HttpLimits) private readonly limits: HttpLimits) {}

  register(probe: DependencyProbe): void {
    this.probes.push(probe);
  }

  /** All at once; one that hangs is reported as down and holds nobody up. */
  checkAll(caller: UserCaller, signal: AbortSignal): Promise<ProbeReport[]> {
    return Promise.all(this.probes.map((probe) => this.check(probe, caller, signal)));
  }

  private async check(probe: DependencyProbe, caller: UserCaller, signal: AbortSignal): Promise<ProbeReport> {
    const { probeMs } = this.limits;
    const startedAt = performance.now();
    const checkedAt = new Date();
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
    const tooLate = new Promise<ProbeResult>((resolve) => {
      bounded.addEventListener(
        'abort',
        () => resolve({ state: 'down', detail: `No answer within ${probeMs / 1000} s` }),
        {
          once: true,
        },
      );
    });
    const result = await Promise.race([probe.check(caller, bounded).catch(failed), tooLate]);
    const latencyMs = result.state === 'not_configured' ? undefined : Math.round(performance.now() - startedAt);
    return { ...result, name: probe.name, latencyMs, checkedAt };
  }
}

function failed(error: unknown): ProbeResult {
  if (error instanceof PlatformError) return { state: 'down', detail: shown(sayingOf(error)) };
  return { state: 'down', detail: error instanceof Error ? shown(error.message) : 'The check failed' };
}

/** A tile holds a sentence, whatever the dependency had to say. */
function shown(message: string): string {
  const line = redactText(message).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL)}…` : line;
}
