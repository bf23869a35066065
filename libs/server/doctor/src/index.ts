export { adviceFor } from './advice';
export { isMissingDatabase } from './postgres-facts';
export { DoctorModule } from './doctor.module';
export { examine, type Check, type DoctorReport, type Examined } from './examination';
export { failed, ok, skipped, warning, type Finding, type FindingState } from './finding';
export { platformFault } from './platform-fault';
export { checksOf, type SetUp } from './set-up';
