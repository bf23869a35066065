export { UnityCatalogModule } from './unity-catalog.module';
export { VolumePath } from './files/volume-path';
