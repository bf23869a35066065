import { Module } from '@nestjs/common';

/** Whether everything the app needs is set up, and what to do where it is not. */
@Module({})
export class DoctorModule {}
