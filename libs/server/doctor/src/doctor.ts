import { Inject, Injectable } from '@nestjs/common';
import { examine, type DoctorReport } from './examination';
import { checksOf, type SetUp } from './set-up';

/** Injection token of the running app's own set-up. */
export const SET_UP = Symbol('SetUp');

/** Examines the running app. Several who ask at once get one answer. */
@Injectable()
export class Doctor {
  private examining: Promise<DoctorReport> | undefined;

  constructor(@Inject(SET_UP) private readonly setUp: SetUp) {}

  examine(): Promise<DoctorReport> {
    this.examining ??= examine(checksOf(this.setUp)).finally(() => (this.examining = undefined));
    return this.examining;
  }
}
