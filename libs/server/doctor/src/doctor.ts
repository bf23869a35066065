import { PermissionProbes } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';
import { examine, type DoctorReport } from './examination';
import { checksOf, type SetUp } from './set-up';

/** Injection token of the running app's own set-up. */
export const SET_UP = Symbol('SetUp');

/** What is known of the running app before its modules have said which scopes they need. */
export type RunningSetUp = Omit<SetUp, 'neededScopes'>;

/** Examines the running app. Several who ask at once get one answer. */
@Injectable()
export class Doctor {
  private examining: Promise<DoctorReport> | undefined;

  constructor(
    @Inject(SET_UP) private readonly setUp: RunningSetUp,
    @Inject(PermissionProbes) private readonly probes: PermissionProbes,
  ) {}

  examine(): Promise<DoctorReport> {
    this.examining ??= examine(checksOf({ ...this.setUp, neededScopes: this.neededScopes() })).finally(
      () => (this.examining = undefined),
    );
    return this.examining;
  }

  private neededScopes(): string[] {
    return [...new Set(this.probes.all().flatMap(({ scopes }) => scopes))].sort();
  }
}
