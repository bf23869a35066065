export { DoctorModule } from './doctor.module';
