import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuditController } from './audit.controller';
import { AuditCsv } from './audit-csv';
import { AuditInterceptor } from './audit.interceptor';
import { AuditLog } from './audit-log';
import { AuditTrail } from './audit-trail';

/** Who did what, as whom, with which outcome. */
@Module({
  controllers: [AuditController],
  providers: [AuditCsv, AuditLog, AuditTrail, { provide: APP_INTERCEPTOR, useClass: AuditInterceptor }],
  exports: [AuditLog],
})
export class AuditModule {}
