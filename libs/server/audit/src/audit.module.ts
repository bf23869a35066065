import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller';
import { AuditCsv } from './audit-csv';
import { AuditLog } from './audit-log';
import { AuditTrail } from './audit-trail';

/** Who did what, as whom, with which outcome. */
@Module({
  controllers: [AuditController],
  providers: [AuditCsv, AuditLog, AuditTrail],
  exports: [AuditLog],
})
export class AuditModule {}
