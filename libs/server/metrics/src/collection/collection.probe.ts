import { DependencyProbes, type DependencyProbe, type ProbeResult } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { CollectionState } from './collection-state';

/** Whether requests are recorded, for the status of the app. */
@Injectable()
export class CollectionProbe implements DependencyProbe {
  readonly name = 'metrics';

  constructor(
    probes: DependencyProbes,
    private readonly state: CollectionState,
  ) {
    probes.register(this);
  }

  check(): Promise<ProbeResult> {
    return Promise.resolve(this.result());
  }

  private result(): ProbeResult {
    const { state, inRing, overflowHeld } = this.state.snapshot();
    if (state === 'off') return { state: 'not_configured', detail: 'Without Lakebase no metrics are collected' };
    if (state === 'ok') return { state: 'ok', detail: 'Performance metrics are collected' };
    return {
      state: 'degraded',
      detail: `Performance metrics wait for the database: ${inRing} requests, and ${overflowHeld} in histograms`,
      fix: 'Nothing is lost yet. Bring the database back; the metrics are stored by themselves.',
    };
  }
}
