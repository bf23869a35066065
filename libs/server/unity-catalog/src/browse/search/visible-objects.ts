import type { CatalogInfo, SchemaInfo } from '@lakescope/databricks-wire';
import type { NamedObject } from '../catalog-source';
import { NameBlock } from './name-block';

export interface SchemaObjects {
  readonly name: string;
  readonly comment: string | undefined;
  readonly tables: NameBlock;
  readonly volumes: NameBlock;
}

export interface CatalogObjects {
  readonly name: string;
  readonly comment: string | undefined;
  readonly schemas: Map<string, SchemaObjects>;
}

/** Everything one caller may see, by name: what is searched. It holds at most so many objects; what comes then is left out. */
export class VisibleObjects {
  readonly catalogs = new Map<string, CatalogObjects>();
  /** Not everything the caller may see is in here. */
  incomplete = false;
  size = 0;

  constructor(private readonly maximum: number) {}

  get hasRoom(): boolean {
    return this.size < this.maximum;
  }

  addCatalogs(catalogs: readonly CatalogInfo[]): void {
    for (const { name, comment } of this.fitting(catalogs)) {
      if (name !== undefined) this.catalogs.set(name, { name, comment, schemas: new Map() });
    }
  }

  addSchemas(catalog: string, schemas: readonly SchemaInfo[]): void {
    const parent = this.catalogs.get(catalog);
    for (const { name, comment } of this.fitting(schemas)) {
      if (name !== undefined) parent?.schemas.set(name, schemaOf(name, comment));
    }
  }

  addTables(tables: readonly NamedObject[]): void {
    this.addTo('tables', tables);
  }

  addVolumes(volumes: readonly NamedObject[]): void {
    this.addTo('volumes', volumes);
  }

  private addTo(kind: 'tables' | 'volumes', objects: readonly NamedObject[]): void {
    const bySchema = new Map<SchemaObjects, string[]>();
    for (const { catalog, schema, name } of this.fitting(objects)) {
      const place = this.schema(catalog, schema);
      const names = bySchema.get(place);
      if (names === undefined) bySchema.set(place, [name]);
      else names.push(name);
    }
    for (const [place, names] of bySchema) place[kind].add(names);
  }

  /** What something lies in is made when it was not listed by itself, e.g. because it was created meanwhile. */
  private schema(catalog: string, name: string): SchemaObjects {
    let parent = this.catalogs.get(catalog);
    if (parent === undefined) {
      parent = { name: catalog, comment: undefined, schemas: new Map() };
      this.catalogs.set(catalog, parent);
    }
    let schema = parent.schemas.get(name);
    if (schema === undefined) {
      schema = schemaOf(name, undefined);
      parent.schemas.set(name, schema);
    }
    return schema;
  }

  private fitting<T>(objects: readonly T[]): readonly T[] {
    const room = this.maximum - this.size;
    const taken = objects.length > room ? objects.slice(0, room) : objects;
    if (taken.length < objects.length) this.incomplete = true;
    this.size += taken.length;
    return taken;
  }
}

function schemaOf(name: string, comment: string | undefined): SchemaObjects {
  return { name, comment, tables: new NameBlock(), volumes: new NameBlock() };
}
