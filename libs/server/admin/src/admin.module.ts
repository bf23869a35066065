import { Module } from '@nestjs/common';

/** What administrators may see and do. */
@Module({})
export class AdminModule {}
