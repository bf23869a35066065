import { AuditModule } from '@lakescope/server-audit';
import { MetricsModule } from '@lakescope/server-metrics';
import { Module } from '@nestjs/common';
import { AdminController } from './admin.controller';
import { AdminOverview } from './admin-overview';
import { CredentialRotation } from './credential-rotation';
import { MyData } from './my-data';
import { MyDataController } from './my-data.controller';
import { MyDataPermission } from './my-data-permission';
import { OrphanedRecords } from './orphaned-records';
import { OrphanedRecordsController } from './orphaned-records.controller';
import { Replicas } from './replicas';

/** What administrators may see and do, and what everybody may ask about their own data. */
@Module({
  imports: [AuditModule, MetricsModule],
  controllers: [AdminController, MyDataController, OrphanedRecordsController],
  providers: [AdminOverview, CredentialRotation, MyData, MyDataPermission, OrphanedRecords, Replicas],
})
export class AdminModule {}
