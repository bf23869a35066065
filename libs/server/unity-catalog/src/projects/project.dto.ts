import { ApiPage, PageQuery } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import { SLUG } from './project-name';
import type { YamlProblem } from './project-yaml';

const SLUG_RULE = { message: '$property must be small letters, digits, and hyphens between them; 100 at most' };

/** Which project. */
export class ProjectParameters {
  /** Name of the project. */
  @ApiProperty({ example: 'claims-intake' })
  @Matches(SLUG, SLUG_RULE)
  slug!: string;
}

/** Which projects to list. */
export class ListProjectsQuery extends PageQuery {}

/** What a project document is to hold. */
export class SaveProjectDto {
  /** The document: YAML whose root is a mapping, at most 256 KiB. It is kept as it is sent. */
  @ApiProperty({ example: 'name: Claims intake\n' })
  @IsString()
  content!: string;
}

/** A new project. */
export class CreateProjectDto extends SaveProjectDto {
  /** Its name: small letters, digits, and hyphens between them. */
  @ApiProperty({ example: 'claims-intake' })
  @Matches(SLUG, SLUG_RULE)
  slug!: string;
}

/** Something that keeps a text from being a project document. */
export class ProjectProblemDto {
  /** Counted from 1. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  line!: number;

  /** Counted from 1. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  column!: number;

  /** What is wrong there. */
  @ApiProperty({ example: 'Nested mappings are not allowed in compact mappings' })
  message!: string;
}

/** A document as it was found. */
export interface FoundProject {
  readonly slug: string;
  readonly path: string;
  /** Undefined when the file is not text. */
  readonly content: string | undefined;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly problems: readonly YamlProblem[];
}

/** A project document. */
export class ProjectDto {
  /** Name of the project. */
  @ApiProperty({ example: 'claims-intake' })
  slug!: string;

  /** The file it is kept in. */
  @ApiProperty({ example: '/Volumes/demo/lake/projects/claims-intake.proj.yaml' })
  path!: string;

  /** The document as it is kept, also when it is malformed; null when the file is not UTF-8 text. */
  @ApiProperty({ type: String, nullable: true, example: 'name: Claims intake\n' })
  content!: string | null;

  /** Stands for this very content; send it as If-Match when saving. */
  @ApiProperty({ example: '"bW9kZWwtMjAyNi0xMS0yMQ"' })
  etag!: string;

  /** Size of the file. */
  @ApiProperty({ type: 'integer' })
  size_bytes!: number;

  /** What is malformed in it, by line and column; empty when nothing is. The file is left as it is. */
  @ApiProperty({ type: () => [ProjectProblemDto] })
  problems!: ProjectProblemDto[];

  static from({ slug, path, content, etag, sizeBytes, problems }: FoundProject): ProjectDto {
    return { slug, path, content: content ?? null, etag, size_bytes: sizeBytes, problems: [...problems] };
  }
}

/** A project, without its document. */
export class ProjectItemDto {
  /** Name of the project. */
  @ApiProperty({ example: 'claims-intake' })
  slug!: string;

  /** The file it is kept in. */
  @ApiProperty({ example: '/Volumes/demo/lake/projects/claims-intake.proj.yaml' })
  path!: string;

  /** Size of the file, if the platform says so. */
  @ApiProperty({ type: 'integer', nullable: true })
  size_bytes!: number | null;

  /** When it was last saved, if the platform says so. */
  @ApiProperty({ type: String, nullable: true, example: '2026-11-21T08:30:00.000Z' })
  last_modified!: string | null;
}

/** A page of projects. */
export class ProjectPage extends ApiPage(ProjectItemDto) {}
