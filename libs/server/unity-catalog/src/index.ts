export { UnityCatalogModule } from './unity-catalog.module';
export { VolumePath } from './volume-path';
