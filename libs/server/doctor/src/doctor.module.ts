import { Module } from '@nestjs/common';
import { Doctor } from './doctor';
import { DoctorController } from './doctor.controller';

/** Whether everything the app needs is set up, and what to do where it is not. */
@Module({ controllers: [DoctorController], providers: [Doctor] })
export class DoctorModule {}
