import type {
  GetMlflowRunResponse,
  ListMlflowArtifactsResponse,
  MlflowArtifactCredentialsResponse,
} from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PresignedLinks } from '../files/presigned-links';
import { JsonFields } from '../http/json-fields';
import { queryText, requiredQueryText } from '../http/query';
import { invalidParameter, permissionDenied, ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import { ADMINS, type Principal } from '../identity/directory';
import type { Lookup } from '../unity-catalog/lookup';
import { modelDetailsOf } from '../unity-catalog/model-details';
import { pathOfArtifact, segmentsOf } from './artifact-path';
import { artifactUri } from './register-model';
import type { StoredRun } from './run-document';
import type { Runs } from './runs';

const ROOT = '/api/2.0/mlflow';
const HOUR_MS = 3_600_000;
/** How many artifacts one call may ask for. */
const MOST_PATHS = 1000;
/** A folder with more artifacts is listed in part; the runs here have a handful. */
const MOST_ARTIFACTS = 1000;

export interface MlflowParts {
  readonly access: Access;
  readonly lookup: Lookup;
  readonly runs: Runs;
  readonly links: PresignedLinks;
  readonly now: () => number;
}

/** `runs/get` and the artifacts of runs, to read. */
export function mlflowRoutes(app: FastifyInstance, { access, lookup, runs, links, now }: MlflowParts): void {
  /** The platform asks the experiment; here whoever may execute a model that came of the run may read it. */
  const readable = (caller: Principal, runId: string): StoredRun => {
    const run = runs.find(runId);
    if (run === undefined) {
      throw new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', `Run with id=${runId.slice(0, 200)} not found`);
    }
    if (run.userName === caller.name || caller.groups.includes(ADMINS)) return run;
    const may = lookup.metastore.all('MODEL').some((model) => {
      const cameOfIt = modelDetailsOf(model).versions.some((version) => version.runId === runId);
      return cameOfIt && lookup.rights.sees(caller, model);
    });
    if (may) return run;
    throw permissionDenied(`User does not have permission to view the run ${runId}.`);
  };

  app.get(`${ROOT}/runs/get`, async (request): Promise<GetMlflowRunResponse> => {
    const caller = await access.caller(request, 'mlflow');
    // Old clients ask by its old name.
    const runId = queryText(request.query, 'run_id') ?? requiredQueryText(request.query, 'run_uuid');
    return { run: describeRun(readable(caller, runId)) };
  });

  app.get(`${ROOT}/artifacts/list`, async (request): Promise<ListMlflowArtifactsResponse> => {
    const caller = await access.caller(request, 'mlflow');
    const { runId, experimentId } = readable(caller, requiredQueryText(request.query, 'run_id'));
    const segments = segmentsOf(queryText(request.query, 'path') ?? '');
    const files = await runs.artifacts(runId);
    const page = await files?.list(segments, { path: segments.join('/'), after: undefined, limit: MOST_ARTIFACTS });
    const found = (page?.entries ?? []).map(({ path = '', is_directory: isDirectory = false, file_size: size }) => ({
      path: path.replace(/^\//, ''),
      is_dir: isDirectory,
      ...(size !== undefined && { file_size: size }),
    }));
    return { root_uri: artifactUri(experimentId, runId), ...(found.length > 0 && { files: found }) };
  });

  const credentials = async (
    request: FastifyRequest,
    asked: () => { runId: string; paths: readonly string[] },
  ): Promise<MlflowArtifactCredentialsResponse> => {
    const caller = await access.caller(request, 'mlflow');
    const { runId, paths } = asked();
    readable(caller, runId);
    if (paths.length > MOST_PATHS) throw invalidParameter(`At most ${MOST_PATHS} paths may be asked for at once`);
    const expires = new Date(now() + HOUR_MS).toISOString();
    const infos = paths.map((path) => ({
      ...{ run_id: runId, path, headers: [], type: 'AWS_PRESIGNED_URL' },
      // Whether there is such an artifact is seen when it is fetched, as on the platform.
      signed_uri: links.sign('GET', pathOfArtifact(runId, segmentsOf(path)), expires),
    }));
    return infos.length === 0 ? {} : { credential_infos: infos };
  };

  app.post(`${ROOT}/artifacts/credentials-for-read`, (request) =>
    credentials(request, () => {
      const fields = new JsonFields(request.body);
      return { runId: fields.requiredText('run_id'), paths: textsOf(fields.value('path')) };
    }),
  );
  app.get<{ Querystring: { path?: unknown } }>(`${ROOT}/artifacts/credentials-for-read`, (request) =>
    credentials(request, () => ({
      runId: requiredQueryText(request.query, 'run_id'),
      paths: textsOf(request.query.path),
    })),
  );
}

/** Models that MLflow 3 has logged without registering them: there are none, and its client asks for those of every run. */
export function loggedModelsRoutes(app: FastifyInstance, access: Access): void {
  app.post(`${ROOT}/logged-models/search`, async (request) => {
    await access.caller(request, 'mlflow');
    return { models: [] };
  });
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.map((one) => {
    if (typeof one === 'string') return one;
    throw invalidParameter('path must be a list of strings');
  });
}

function describeRun(run: StoredRun): GetMlflowRunResponse['run'] {
  const { runId, runName, experimentId, userName, startTime, endTime, params, metrics, tags } = run;
  return {
    info: {
      ...{ run_id: runId, run_uuid: runId, run_name: runName, experiment_id: experimentId, user_id: userName },
      ...{ status: 'FINISHED', start_time: startTime, end_time: endTime },
      ...{ artifact_uri: artifactUri(experimentId, runId), lifecycle_stage: 'active' },
    },
    data: { metrics: metrics.map((metric) => ({ ...metric, timestamp: endTime, step: 0 })), params, tags },
  };
}
