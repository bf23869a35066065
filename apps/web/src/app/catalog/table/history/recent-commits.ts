import { Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { apiPages, getTableHistory } from '@lakescope/web-api';
import { EmptyState, Icon, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { operationIcon } from '../../../delta/history/operation-icon';
import { tableRequest } from '../../../delta/table-request';
import { sourceParams, type TableSource } from '../../../delta/table-source';

const NEWEST = 10;

/** The newest commits of a Delta table, each a way to the table as it was then; the inspector tells the rest. */
@Component({
  selector: 'ls-recent-commits',
  imports: [EmptyState, Icon, MatButton, ProblemBanner, RouterLink, Skeleton, TimeAgo],
  templateUrl: './recent-commits.html',
  styleUrl: './recent-commits.css',
})
export class RecentCommits {
  readonly source = input.required<TableSource>();

  protected readonly history = apiPages(getTableHistory, () => ({
    body: { ...tableRequest(this.source()).body, limit: NEWEST },
  }));
  protected readonly inspected = computed(() => sourceParams(this.source()));
  protected readonly operationIcon = operationIcon;
}
