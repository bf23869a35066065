import { Component, computed, input } from '@angular/core';
import { type S3RightsReportDto } from '@lakescope/web-api';
import { Chip, CopyButton, TimeAgo } from '@lakescope/web-ui';
import { missingPolicy, RIGHTS, STATES, verdictOf } from './rights';
import { RightsTable } from './rights-table';

/** Which rights a connection has, one by one, and what would give those that are missing. */
@Component({
  selector: 'ls-rights-report',
  imports: [Chip, CopyButton, RightsTable, TimeAgo],
  templateUrl: './rights-report.html',
  styleUrl: './rights-report.css',
})
export class RightsReport {
  readonly report = input.required<S3RightsReportDto>();

  protected readonly verdict = computed(() => verdictOf(this.report()));
  protected readonly place = computed(() => {
    const { bucket, prefix } = this.report();
    return bucket === null ? undefined : `s3://${bucket}/${prefix}`;
  });
  protected readonly policy = computed(() => missingPolicy(this.report().rights));
  protected readonly rows = computed(() =>
    this.report().rights.map(({ right, status, detail, policy_line: line }) => ({
      key: right,
      ...RIGHTS[right],
      state: STATES[status],
      detail,
      line,
    })),
  );
}
