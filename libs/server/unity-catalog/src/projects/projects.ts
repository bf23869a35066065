import { DatabricksClients } from '@lakescope/databricks-client';
import { InvalidRequest, UpstreamCursors, UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { VolumeCreation } from '../operations/volume-creation';
import { DefaultSchema } from '../settings/default-schema';
import type { SchemaName } from '../settings/schema-name';
import { timeText } from '../time-text';
import type { TagCondition } from '../if-match';
import { MAX_PROJECT_BYTES, ProjectFiles, isMissing } from './project-files';
import { PROJECTS_VOLUME, projectFile, projectsDirectory, slugOf } from './project-name';
import { problemsInProject } from './project-yaml';
import type { CreateProjectDto, FoundProject, ListProjectsQuery, ProjectItemDto, ProjectPage } from './project.dto';
import { malformedProject, ProjectTooLarge } from './projects.errors';

/** Most of a directory of projects are backups, so its pages are asked for as large as they come. */
const PAGE_SIZE = 1000;

/** Project documents in the caller's default schema, read and written as the caller. */
@Injectable()
export class Projects {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly schema: DefaultSchema,
    private readonly volumes: VolumeCreation,
    private readonly cursors: UpstreamCursors,
  ) {}

  async list(caller: UserCaller, query: ListProjectsQuery, signal: AbortSignal): Promise<ProjectPage> {
    const schema = await this.schema.of(caller);
    const directory = projectsDirectory(schema);
    const request = { list: `projects ${directory}`, limit: query.limit, cursor: query.cursor };
    try {
      return await this.cursors.read(caller, request, async (pageToken) => {
        const { entries, nextPageToken } = await this.databricks.asUser(caller).files.listDirectoryPage(directory, {
          ...(pageToken === undefined ? {} : { pageToken }),
          pageSize: PAGE_SIZE,
          signal,
        });
        const items = entries.flatMap((entry): ProjectItemDto[] => {
          const slug = entry.is_directory ? undefined : slugOf(entry.name);
          if (slug === undefined) return [];
          const { file_size, last_modified } = entry;
          const path = projectFile(schema, slug);
          return [{ slug, path, size_bytes: file_size ?? null, last_modified: timeText(last_modified) }];
        });
        return { items, nextPageToken };
      });
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Without the volume there is no project yet; without the schema there is nowhere to look.
      await this.databricks.asUser(caller).unityCatalog.getSchema(schema.toString(), { signal });
      return { items: [], next_cursor: null };
    }
  }

  async read(caller: UserCaller, slug: string, signal: AbortSignal): Promise<FoundProject> {
    const { files } = await this.placeOf(caller);
    return files.read(slug, signal);
  }

  async create(caller: UserCaller, { slug, content }: CreateProjectDto, signal: AbortSignal): Promise<FoundProject> {
    const bytes = await accepted(content);
    const { schema, files } = await this.placeOf(caller);
    try {
      return await files.create(slug, bytes, signal);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    // The first project of a schema.
    await this.volumes.ensure(caller, { ...schema, volume: PROJECTS_VOLUME }, signal, 'Project documents');
    return files.create(slug, bytes, signal);
  }

  async save(
    caller: UserCaller,
    slug: string,
    content: string,
    condition: TagCondition,
    signal: AbortSignal,
  ): Promise<FoundProject> {
    const bytes = await accepted(content);
    const { files } = await this.placeOf(caller);
    return files.save(slug, bytes, condition, signal);
  }

  private async placeOf(caller: UserCaller): Promise<{ schema: SchemaName; files: ProjectFiles }> {
    const schema = await this.schema.of(caller);
    return { schema, files: new ProjectFiles(this.databricks.asUser(caller).files, schema) };
  }
}

/** The bytes of a well-formed document: what is malformed is never written. */
async function accepted(content: string): Promise<Buffer> {
  if (/\p{Cs}/u.test(content)) {
    throw new InvalidRequest('content must be valid Unicode', [{ path: 'content', message: 'must be valid Unicode' }]);
  }
  const bytes = Buffer.from(content, 'utf8');
  if (bytes.length > MAX_PROJECT_BYTES) throw new ProjectTooLarge(bytes.length, MAX_PROJECT_BYTES);
  const problems = await problemsInProject(content);
  if (problems.length > 0) throw malformedProject(problems);
  return bytes;
}
