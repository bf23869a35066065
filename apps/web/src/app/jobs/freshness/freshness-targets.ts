import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type TargetFreshnessDto } from '@lakescope/web-api';
import { Chip, formatCount, TimeAgo } from '@lakescope/web-ui';
import { FRESHNESS_STATES } from './freshness-states';
import { lagText } from './minutes';
import { ThresholdEdit } from './threshold-edit';

/** Sources and the targets they go into: how many tables of each are fresh, late, blocked, and what can be done about all of them. */
@Component({
  selector: 'ls-freshness-targets',
  imports: [Chip, RouterLink, ThresholdEdit, TimeAgo],
  templateUrl: './freshness-targets.html',
  styleUrls: ['../../shell/stacked-table.css', './freshness-targets.css'],
})
export class FreshnessTargets {
  readonly targets = input.required<readonly TargetFreshnessDto[]>();
  /** The address of the one whose tables alone are shown. */
  readonly picked = input<string>();
  /** Addresses of those whose manifests are being read. */
  readonly underWay = input.required<ReadonlySet<string>>();
  /** Whose manifests may be read from here; undefined while that is not known. */
  readonly me = input<string>();
  /** Again for the one that is picked. */
  readonly pick = output<string>();
  readonly check = output<string>();
  readonly forget = output<TargetFreshnessDto>();
  /** Minutes; undefined to take the target's threshold away. */
  readonly limited = output<{ readonly target: TargetFreshnessDto; readonly minutes: number | undefined }>();

  protected readonly rows = computed(() =>
    this.targets().map((target) => ({
      target,
      key: JSON.stringify([target.user_id, target.source.manifest_uri, target.target_uri]),
      counts: FRESHNESS_STATES.filter(({ value }) => target[value] > 0).map(({ value, text, tone }) => ({
        value,
        tone,
        text: `${formatCount(target[value])} ${text}`,
      })),
      worst: lagText(target.worst_behind_seconds),
      isPicked: target.target_uri === this.picked(),
      isChecking: this.underWay().has(target.target_uri),
      checkLabel: this.underWay().has(target.target_uri)
        ? $localize`Looking… at the manifest of ${target.target_uri}:target:`
        : $localize`Check now: the manifest of ${target.target_uri}:target:`,
      forgetLabel: $localize`Forget… how fresh ${target.target_uri}:target: is`,
      runLabel: $localize`Last run into ${target.target_uri}:target:`,
    })),
  );
}
