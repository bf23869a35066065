import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Body, Controller, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { IfMatch, type TagCondition } from '../if-match';
import {
  CreateProjectDto,
  ListProjectsQuery,
  ProjectDto,
  ProjectPage,
  ProjectParameters,
  SaveProjectDto,
  type FoundProject,
} from './project.dto';
import { Projects } from './projects';

const ETAG = { ETag: { description: 'Stands for this very content.', schema: { type: 'string' } } } as const;

interface Reply {
  header(name: string, value: string): unknown;
}

/** Project documents: YAML files in a volume of the caller's default schema. */
@ApiTags('unity-catalog')
@Controller('unity-catalog/projects')
export class ProjectsController {
  constructor(private readonly projects: Projects) {}

  /** Lists the projects of the caller's default schema. */
  @Get()
  @ApiOkResponse({ type: ProjectPage })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'DATABASE_UNAVAILABLE',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
  )
  listProjects(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListProjectsQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<ProjectPage> {
    return this.projects.list(caller, query, signal);
  }

  /** Creates a project; the volume for projects is created with the first one. */
  @Post()
  @ApiCreatedResponse({ type: ProjectDto, headers: ETAG })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'CONFLICT',
    'PAYLOAD_TOO_LARGE',
    'DATABASE_UNAVAILABLE',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
  )
  async createProject(
    @CurrentCaller() caller: UserCaller,
    @Body() body: CreateProjectDto,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ProjectDto> {
    return tagged(reply, await this.projects.create(caller, body, signal));
  }

  /** Reads a project document. One that is malformed is answered as it is, with what is wrong in it by line and column. */
  @Get(':slug')
  @ApiOkResponse({ type: ProjectDto, headers: ETAG })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'PAYLOAD_TOO_LARGE',
    'DATABASE_UNAVAILABLE',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
  )
  async getProject(
    @CurrentCaller() caller: UserCaller,
    @Param() { slug }: ProjectParameters,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ProjectDto> {
    return tagged(reply, await this.projects.read(caller, slug, signal));
  }

  /** Saves a project document, unless somebody else did since it was read. The version before is kept as a backup, the last ten. */
  @Put(':slug')
  @ApiHeader({ name: 'If-Match', required: true, description: 'The etag of the document as it was read; `*` for any.' })
  @ApiOkResponse({ type: ProjectDto, headers: ETAG })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'PRECONDITION_FAILED',
    'PAYLOAD_TOO_LARGE',
    'DATABASE_UNAVAILABLE',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
  )
  async saveProject(
    @CurrentCaller() caller: UserCaller,
    @Param() { slug }: ProjectParameters,
    @Body() { content }: SaveProjectDto,
    @IfMatch() condition: TagCondition,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ProjectDto> {
    return tagged(reply, await this.projects.save(caller, slug, content, condition, signal));
  }
}

function tagged(reply: Reply, found: FoundProject): ProjectDto {
  reply.header('ETag', found.etag);
  return ProjectDto.from(found);
}
