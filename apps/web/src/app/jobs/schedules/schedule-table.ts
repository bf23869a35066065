import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type ScheduleDto } from '@lakescope/web-api';
import { Chip, formatCount, RowKeys, TimeAgo } from '@lakescope/web-ui';
import { jobState } from '../job-states';
import { draftAddress, draftOfRequest } from '../start/job-draft';
import { presetOf } from './schedule-times';

/** The schedules, when each is due, what became of its last run, and what can be done with it. */
@Component({
  selector: 'ls-schedule-table',
  imports: [Chip, RouterLink, RowKeys, TimeAgo],
  templateUrl: './schedule-table.html',
  styleUrls: ['../../shell/stacked-table.css', './schedule-table.css'],
})
export class ScheduleTable {
  readonly schedules = input.required<readonly ScheduleDto[]>();
  /** The id of the one that something is being done with. */
  readonly busy = input<string>();
  /** Who looks at them; undefined while that is not known. */
  readonly me = input<string>();
  readonly switched = output<{ readonly schedule: ScheduleDto; readonly paused: boolean }>();
  readonly run = output<ScheduleDto>();
  readonly edit = output<ScheduleDto>();
  readonly remove = output<ScheduleDto>();

  protected readonly rows = computed(() =>
    this.schedules().map((schedule, index) => {
      const { name, last_job_status: status } = schedule;
      const isMine = schedule.user_id === this.me();
      return {
        schedule,
        index,
        isMine,
        isBusy: schedule.schedule_id === this.busy(),
        often: presetOf(schedule.cron),
        state: status === null ? undefined : jobState({ status, cancel_requested: false }),
        failures: schedule.failures > 1 ? formatCount(schedule.failures) : undefined,
        // Its fields, to be changed in the form of a run.
        request: {
          ...draftAddress(draftOfRequest(schedule.request)),
          then: null,
          schedule: schedule.schedule_id,
        },
        runs: { schedule: schedule.schedule_id, ...(isMine ? {} : { scope: 'all' }) },
        switchLabel: $localize`Start runs of “${name}:name:” when they are due`,
        runLabel: $localize`Run now: “${name}:name:”`,
        editLabel: $localize`Times of “${name}:name:”`,
        requestLabel: $localize`Fields of “${name}:name:”`,
        deleteLabel: $localize`Delete “${name}:name:”`,
        runsLabel: $localize`Runs of “${name}:name:”`,
      };
    }),
  );
}
