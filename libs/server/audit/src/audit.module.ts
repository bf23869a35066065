import { Module } from '@nestjs/common';

/** Who did what, as whom, with which outcome. */
@Module({})
export class AuditModule {}
