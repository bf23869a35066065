import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, type MatDialog, MatDialogClose, MatDialogRef } from '@angular/material/dialog';
import {
  apiResource,
  type CreateScheduleDto,
  fieldProblems,
  previewSchedule,
  type Problem,
  problemFrom,
  type ScheduleDto,
} from '@lakescope/web-api';
import { exactTime, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { knownZones, ownZone, PRESETS, presetOf, timeIn } from './schedule-times';
import { ScheduleWrites } from './schedules-store';

export interface ScheduleFormData {
  /** Undefined for a new one. */
  readonly schedule: ScheduleDto | undefined;
  /** What each run is asked for. */
  readonly request: CreateScheduleDto['request'];
}

/** Long enough for the next character of an expression. */
const PAUSE_MS = 300;

/** Asks when something is to be run again and again. Answers what was stored; undefined when nothing was. */
export function openScheduleForm(dialog: MatDialog, data: ScheduleFormData) {
  return dialog
    .open<ScheduleForm, ScheduleFormData, ScheduleDto>(ScheduleForm, {
      data,
      width: '640px',
      maxWidth: 'calc(100vw - 24px)',
      ariaLabelledBy: 'ls-schedule-title',
    })
    .afterClosed();
}

/** Makes or changes a schedule: its name and its times, with what those times are. */
@Component({
  selector: 'ls-schedule-form',
  imports: [MatButton, MatDialogClose, ProblemBanner, Skeleton],
  templateUrl: './schedule-form.html',
  styleUrls: ['../../shell/form-fields.css', '../../shell/form.css', './schedule-form.css'],
})
export class ScheduleForm {
  private readonly dialog = inject<MatDialogRef<ScheduleForm, ScheduleDto>>(MatDialogRef);
  private readonly writes = inject(ScheduleWrites);
  protected readonly data = inject<ScheduleFormData>(MAT_DIALOG_DATA);

  protected readonly schedule = this.data.schedule;
  protected readonly presets = PRESETS;
  protected readonly zones = knownZones();
  protected readonly ownZone = ownZone();
  protected readonly cron = signal(this.schedule?.cron ?? '0 2 * * *');
  protected readonly zone = signal(this.schedule?.time_zone ?? this.ownZone);
  protected readonly isPreset = computed(() => presetOf(this.cron()) !== undefined);
  /** What is looked at: what the fields held a moment ago. */
  private readonly settled = signal({ cron: this.cron(), time_zone: this.zone() });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly preview = apiResource(previewSchedule, () => {
    const { cron, time_zone } = this.settled();
    return cron.trim() === '' || time_zone.trim() === '' ? undefined : { body: { cron, time_zone } };
  });
  protected readonly isLooking = this.preview.isLoading;
  protected readonly times = computed(() =>
    (this.preview.value()?.next_runs ?? []).map((at) => ({
      at,
      there: timeIn(this.settled().time_zone, at),
      here: timeIn(this.ownZone, at),
      exact: exactTime(at),
    })),
  );
  protected readonly isElsewhere = computed(() => this.settled().time_zone !== this.ownZone);

  protected readonly isSaving = signal(false);
  private readonly failure = signal<Problem | undefined>(undefined);
  protected readonly fields = computed(
    () =>
      new Map([
        ...fieldProblems(this.preview.problem()?.details ?? {}),
        ...fieldProblems(this.failure()?.details ?? {}),
      ]),
  );
  /** What is said of fields stands beside them. */
  protected readonly problem = computed(() => {
    const failure = this.failure();
    const told = [...fieldProblems(failure?.details ?? {}).keys()];
    if (told.length > 0 && told.every((path) => SHOWN.has(path))) return undefined;
    return failure ?? (this.preview.problem()?.status === 400 ? undefined : this.preview.problem());
  });

  protected pick(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    if (value !== '') this.change({ cron: value });
  }

  protected typed(name: 'cron' | 'zone', event: Event): void {
    this.change({ [name]: (event.target as HTMLInputElement).value });
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.isSaving()) return;
    const name = new FormData(event.target as HTMLFormElement).get('name');
    const fields = {
      name: typeof name === 'string' ? name.trim() : '',
      cron: this.cron().trim(),
      time_zone: this.zone().trim(),
    };
    this.isSaving.set(true);
    this.failure.set(undefined);
    try {
      this.dialog.close(
        this.schedule === undefined
          ? await this.writes.create({ ...fields, request: this.data.request })
          : await this.writes.update(this.schedule, fields),
      );
    } catch (error) {
      this.failure.set(problemFrom(error));
    } finally {
      this.isSaving.set(false);
    }
  }

  private change({ cron = this.cron(), zone = this.zone() }: { cron?: string; zone?: string }): void {
    this.cron.set(cron);
    this.zone.set(zone);
    this.failure.set(undefined);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settled.set({ cron: cron.trim(), time_zone: zone.trim() }), PAUSE_MS);
  }
}

/** Paths of a request that have a field here which shows what is said of them. */
const SHOWN: ReadonlySet<string> = new Set(['name', 'cron', 'time_zone']);
