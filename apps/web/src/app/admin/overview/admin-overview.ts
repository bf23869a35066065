import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import {
  type AdminOverviewDto,
  Api,
  apiResource,
  getAdminOverview,
  type Problem,
  problemFrom,
  rotateCredential,
} from '@lakescope/web-api';
import {
  Chip,
  type ChipTone,
  clipMiddle,
  Clock,
  CopyButton,
  Countdown,
  formatDuration,
  formatMilliseconds,
  Icon,
  ProblemBanner,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';
import { Dialogs } from '../../shell/dialogs';
import { Personas } from '../../shell/personas';
import { Toasts } from '../../shell/toasts';
import { CREDENTIAL_KINDS } from '../credential-kinds';
import { PoolUse } from '../pool-use';
import { CollectionFacts } from './collection-facts';

const PHASES: Readonly<Record<AdminOverviewDto['phase'], { label: string; tone: ChipTone }>> = {
  starting: { label: $localize`Starting`, tone: 'warn' },
  migrating: { label: $localize`Migrating`, tone: 'warn' },
  ready: { label: $localize`Ready`, tone: 'ok' },
  stopping: { label: $localize`Stopping`, tone: 'warn' },
};

const DATABASE: Readonly<Record<AdminOverviewDto['database']['status'], { label: string; tone: ChipTone }>> = {
  ok: { label: $localize`Works`, tone: 'ok' },
  unavailable: { label: $localize`Unavailable`, tone: 'bad' },
  not_configured: { label: $localize`Not configured`, tone: 'neutral' },
};

/** Minting a credential takes a moment. */
const AFTER_REFRESH_MS = 3000;

/** What runs, since when, and how its line to the database is doing. */
@Component({
  selector: 'ls-admin-overview',
  imports: [
    Chip,
    CollectionFacts,
    CopyButton,
    Countdown,
    Icon,
    MatButton,
    PoolUse,
    ProblemBanner,
    RouterLink,
    Skeleton,
    TimeAgo,
  ],
  templateUrl: './admin-overview.html',
  styleUrl: './admin-overview.css',
})
export class AdminOverview {
  private readonly api = inject(Api);
  private readonly clock = inject(Clock);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(Toasts);
  private readonly personas = inject(Personas);

  /** The platform's proxy has the log; the local one has personas to act as, and faults, and prints the log instead. */
  protected readonly isLocal = computed(() => this.personas.names().length > 0);

  protected readonly overview = apiResource(getAdminOverview, () => ({}));
  protected readonly phase = computed(() => PHASES[this.overview.latest()?.phase ?? 'ready']);
  protected readonly database = computed(() => DATABASE[this.overview.latest()?.database.status ?? 'ok']);
  protected readonly latency = computed(() => {
    const latency = this.overview.latest()?.database.latency_ms ?? null;
    return latency === null ? undefined : formatMilliseconds(latency);
  });
  protected readonly uptime = computed(() =>
    formatDuration((this.clock.now() - Date.parse(this.overview.latest()?.started_at ?? '')) / 1000),
  );
  protected readonly replicas = computed(() =>
    (this.overview.latest()?.replicas ?? []).map((replica) => ({ ...replica, shortId: clipMiddle(replica.id, 13) })),
  );
  protected readonly credentialKind = computed(() => {
    const kind = this.overview.latest()?.credential.kind ?? null;
    return kind === null ? undefined : CREDENTIAL_KINDS[kind];
  });
  /** A fixed password is nobody's to mint anew. */
  protected readonly canRotate = computed(() => {
    const kind = this.overview.latest()?.credential.kind;
    return kind === 'provisioned' || kind === 'autoscaling';
  });
  protected readonly isRotating = signal(false);
  protected readonly rotationProblem = signal<Problem | undefined>(undefined);

  protected async rotate(): Promise<void> {
    const isWanted = await this.dialogs.confirm({
      title: $localize`Rotate the database credential?`,
      consequences: [
        $localize`A new Lakebase credential is minted now; new sessions of this replica log in with it.`,
        $localize`Open sessions go on, and no request fails.`,
        $localize`It is written down in the audit log under your name.`,
      ],
      action: $localize`Rotate credential`,
      isDestructive: false,
    });
    if (!isWanted) return;
    this.isRotating.set(true);
    this.rotationProblem.set(undefined);
    try {
      await this.api.invoke(rotateCredential, {});
      this.toasts.show($localize`The database credential is rotated`);
      this.overview.reload();
    } catch (error) {
      this.rotationProblem.set(problemFrom(error));
    } finally {
      this.isRotating.set(false);
    }
  }

  protected reloadAfterRefresh(): void {
    setTimeout(() => this.overview.reload(), AFTER_REFRESH_MS);
  }
}
