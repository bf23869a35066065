import { Injectable } from '@nestjs/common';
import { examine, type DoctorReport } from './examination';
import { runtimeChecks } from './runtime-checks';

/** Examines the running app's own configuration. Several who ask at once get one answer. */
@Injectable()
export class Doctor {
  private examining: Promise<DoctorReport> | undefined;

  examine(): Promise<DoctorReport> {
    this.examining ??= examine(runtimeChecks(process.versions.node, [])).finally(() => (this.examining = undefined));
    return this.examining;
  }
}
