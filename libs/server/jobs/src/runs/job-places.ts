import { InvalidRequest, type UserCaller } from '@lakescope/server-http';
import { parseS3Location, type ConnectionTarget, type S3Location } from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import type { IngestionRequestDto } from './ingestion-request.dto';
import { JobConnections, type JobSide } from './job-connections';
import { hashOf, jobRequestOf, type JobRequest } from './job-request';

/** One end of a job: a place, and what it is reached with. */
export interface JobEnd {
  readonly connection: ConnectionTarget;
  readonly location: S3Location;
}

/** Both ends of a job. */
export interface JobEnds {
  readonly source: JobEnd;
  readonly target: JobEnd;
}

/** A request that can be done, as far as can be said without asking the storage. */
export interface CheckedRequest extends JobEnds {
  readonly request: JobRequest;
  /** The same for all jobs with this source and target: of those only one works at a time. */
  readonly pairKey: string;
}

/** What somebody has asked for before, with the names under which they were let in to the connection `default`. */
export type StoredRequest = IngestionRequestDto & Pick<JobRequest, 'admitted_as'>;

/** Checks what is asked for, and finds the connections for it. */
@Injectable()
export class JobPlaces {
  constructor(private readonly connections: JobConnections) {}

  /** Throws `InvalidRequest` for what is not offered or does not fit together, and what the connections throw. */
  check(caller: UserCaller, asked: IngestionRequestDto): Promise<CheckedRequest> {
    return checked(asked, (id, location, side) => this.connections.of(caller, id, location, side));
  }

  /**
   * The same for what its owner has asked for before, without the owner: the connections are named, and may be gone by now. Throws besides
   * `ConnectionGone` and `S3DefaultRefused`.
   */
  checkStored(ownerId: string, asked: StoredRequest): Promise<CheckedRequest> {
    return checked(asked, (id, location, side) =>
      this.connections.stored(ownerId, id ?? '', location, side, asked.admitted_as),
    );
  }
}

type Find = (id: string | undefined, location: S3Location, side: JobSide) => Promise<ConnectionTarget>;

async function checked(asked: IngestionRequestDto, find: Find): Promise<CheckedRequest> {
  refuseUnoffered(asked);
  const end = async (
    id: string | undefined,
    uri: string,
    side: JobSide,
    field: 'manifest_uri' | 'uri',
  ): Promise<JobEnd> => {
    const location = locationOf(uri, `${side}.${field}`);
    const connection = await find(id, location, side);
    refuseOtherBucket(connection, location, `${side}.${field}`);
    return { connection, location };
  };
  const source = await end(asked.source.connection_id, asked.source.manifest_uri, 'source', 'manifest_uri');
  const target = await end(asked.target.connection_id, asked.target.uri, 'target', 'uri');
  refuseReferences(asked, source, target);
  const request = jobRequestOf(asked, { source: source.connection, target: target.connection });
  return { request, source, target, pairKey: pairKeyOf(source, target) };
}

/** A target as it is compared: the same place has one name. Throws as `locationOf` does. */
export function targetUriOf(uri: string, field: string): string {
  const { bucket, path } = locationOf(uri, field);
  return path === '' ? `s3://${bucket}` : `s3://${bucket}/${path}`;
}

/** Where a URI of a request leads. Throws `InvalidRequest` with the reason why other kinds of places are refused. */
export function locationOf(uri: string, field: string): S3Location {
  const kind = /^(?:\/Volumes\/|dbfs:)/i.test(uri)
    ? 'volumes'
    : /^(?:file:|\/|\.)/i.test(uri)
      ? 'folders'
      : /^(?:abfss?|wasbs?|gs):/i.test(uri)
        ? 'clouds'
        : /^[\w-]+\.[\w-]+(?:\.[\w-]+)?$/.test(uri)
          ? 'catalog'
          : undefined;
  if (kind !== undefined) throw refusal(field, REFUSED[kind]);
  const location = parseS3Location(uri, field);
  if (field.endsWith('manifest_uri') && !/(?:^|\/)[^/]+\.json$/.test(location.path)) {
    throw refusal(field, 'must name the manifest itself, like s3://bucket/cda/manifest.json');
  }
  return location;
}

const REFUSED = {
  volumes:
    'must be in S3: volumes are not offered yet, because their API documents no write that cannot overwrite another’s commit',
  folders: 'must be in S3: local folders are for the command line (lakescope-cda) alone',
  clouds: 'must be in S3: other storage is not offered yet',
  catalog: 'must be a location in S3: name the folder of the tables, not a schema of Unity Catalog',
} as const;

const ENGINES_TO_COME = {
  warehouse: 'the SQL warehouse',
  'databricks-job': 'Databricks jobs',
  ray: 'Ray',
} as const;

function refuseUnoffered({ engine, merged }: IngestionRequestDto): void {
  if (engine !== 'embedded') {
    throw refusal('engine', `must be embedded: ingestion by ${ENGINES_TO_COME[engine]} is not offered yet`);
  }
  if (merged) throw refusal('merged', 'must be false: tables of the current state are not offered yet');
}

function refuseOtherBucket({ name, bucket }: ConnectionTarget, location: S3Location, field: string): void {
  if (bucket === undefined || bucket === location.bucket) return;
  throw refusal(field, `must be in the bucket ${bucket}, which the S3 connection ${name} is for`);
}

/** A table that points to files in another storage can be read by nobody: whoever reads it looks for them beside it. */
function refuseReferences({ mode }: IngestionRequestDto, source: JobEnd, target: JobEnd): void {
  const [from, to] = [storageOf(source), storageOf(target)];
  if (mode !== 'reference' || from === to) return;
  throw refusal(
    'mode',
    `must be copy: the source is in ${from} and the target in ${to}, and tables of one storage cannot point to files of another`,
  );
}

const AWS = /(?:^|\.)amazonaws\.com(\.cn)?$/;

/** Regions of AWS are one storage, by whatever endpoint, as far as one account can reach: China and GovCloud are others. */
function storageOf({ connection: { target } }: JobEnd): string {
  const { endpoint, region } = target;
  if (endpoint !== null && !AWS.test(new URL(endpoint).hostname)) return endpoint;
  return region.startsWith('cn-') ? 'AWS China' : region.startsWith('us-gov-') ? 'AWS GovCloud' : 'AWS';
}

/** Buckets of one name may be in different storages. */
function pairKeyOf(source: JobEnd, target: JobEnd): string {
  const placeOf = (end: JobEnd): unknown[] => [storageOf(end), end.location.bucket, end.location.path];
  return hashOf([placeOf(source), placeOf(target)]);
}

function refusal(field: string, message: string): InvalidRequest {
  return new InvalidRequest(`${field} ${message}.`, [{ path: field, message }]);
}
