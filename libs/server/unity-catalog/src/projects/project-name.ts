import { VolumePath } from '../files/volume-path';
import type { SchemaName } from '../settings/schema-name';

/** The volume of a schema that holds the project documents. */
export const PROJECTS_VOLUME = 'projects';

/** Small letters, digits, and hyphens between them; short enough that a backup's name fits into a file name of 255 bytes. */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/;

const FILE = /^(?<slug>[^.]+)\.proj\.yaml$/;
const NUMBER = /^[1-9]\d{0,14}$/;

/** Where the documents of a schema are kept. */
export function projectsDirectory(schema: SchemaName): string {
  return VolumePath.parse(`/Volumes/${schema.catalog}/${schema.schema}/${PROJECTS_VOLUME}`, 'uc_schema').toString();
}

export function projectFile(schema: SchemaName, slug: string): string {
  return `${projectsDirectory(schema)}/${slug}.proj.yaml`;
}

/** The previous version that the save of this number replaced. */
export function backupFile(schema: SchemaName, slug: string, number: number): string {
  return `${projectFile(schema, slug)}.${number}.bak`;
}

/** Undefined when a file of this name is no project document. */
export function slugOf(fileName: string): string | undefined {
  const slug = FILE.exec(fileName)?.groups?.['slug'];
  return slug !== undefined && SLUG.test(slug) ? slug : undefined;
}

/** Undefined when a file of this name is no backup of this project. */
export function backupNumberOf(fileName: string, slug: string): number | undefined {
  const [start, end] = [`${slug}.proj.yaml.`, '.bak'];
  if (!fileName.startsWith(start) || !fileName.endsWith(end)) return undefined;
  const number = fileName.slice(start.length, -end.length);
  return NUMBER.test(number) ? Number(number) : undefined;
}
