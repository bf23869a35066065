export { AuditEntry, type ActingAs, type AuditDetails, type Outcome } from './audit-entry.entity';
export { AuditLog, type NewAuditEntry } from './audit-log';
export { AuditModule } from './audit.module';
export { Audited, type AuditedAction } from './audited.decorator';
export { newPseudonym, PSEUDONYMS } from './pseudonym';
