import type { GetMlflowModelVersionResponse, MlflowModelVersionCredentialsResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { requiredQueryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { Access } from '../identity/access';
import type { TemporaryKeys } from '../s3/s3-keys';
import type { Lookup } from '../unity-catalog/lookup';
import { requireVersion, versionNumber } from '../unity-catalog/model-versions-routes';
import { describeVersion } from './registered-model-description';

const ROOT = '/api/2.0/mlflow/unity-catalog/model-versions';
const HOUR_MS = 3_600_000;
const READ = 'MODEL_VERSION_OPERATION_READ';

/** How MLflow's own client reads the models of Unity Catalog: a version, and keys for its files. */
export function registryRoutes(app: FastifyInstance, access: Access, lookup: Lookup, keys: TemporaryKeys): void {
  app.get(`${ROOT}/get`, async (request): Promise<GetMlflowModelVersionResponse> => {
    const caller = await access.caller(request, 'mlflow');
    const model = lookup.require(caller, 'MODEL', requiredQueryText(request.query, 'name'));
    const version = requireVersion(model, versionNumber(requiredQueryText(request.query, 'version')));
    return { model_version: describeVersion(model, version, lookup) };
  });

  app.post(
    `${ROOT}/generate-temporary-credentials`,
    async (request): Promise<MlflowModelVersionCredentialsResponse> => {
      const caller = await access.caller(request, 'mlflow');
      const fields = new JsonFields(request.body);
      const model = lookup.require(caller, 'MODEL', fields.requiredText('name'));
      const { version } = requireVersion(model, versionNumber(fields.requiredText('version')));
      const operation = fields.requiredText('operation');
      // Versions are written here by the workspace itself.
      if (operation !== READ) throw invalidParameter(`operation must be ${READ}, got "${operation.slice(0, 100)}"`);
      const location = lookup.metastore.places.locationOfModel(model.id, version);
      const issued = keys.issue({ location, readOnly: true, expiresInMs: HOUR_MS });
      return {
        credentials: {
          aws_temp_credentials: {
            access_key_id: issued.accessKeyId,
            secret_access_key: issued.secretAccessKey,
            session_token: issued.sessionToken,
          },
          expiration_time: issued.expiresAt.getTime(),
          storage_mode: 'CUSTOMER_HOSTED',
        },
      };
    },
  );
}
