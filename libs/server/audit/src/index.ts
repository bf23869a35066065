export { AuditEntry, type ActingAs, type AuditDetails, type Outcome } from './audit-entry.entity';
export { AuditLog, type NewAuditEntry } from './audit-log';
export { AuditModule } from './audit.module';
export type { AuditedAction } from './audited-action';
export { Audited } from './audited.decorator';
export { newPseudonym, PSEUDONYMS } from './pseudonym';
