import { invalidParameter } from '../http/refusals';
import type { Deployment } from './deployment';
import type { StoredEndpoint } from './serving-document';

/**
 * The document of an endpoint: one path for each of its served entities. The platform has it for custom models only.
 */
export async function openapiDocument(
  { name }: StoredEndpoint,
  deployments: readonly Deployment[],
  workspace: string,
): Promise<object> {
  const paths: Record<string, object> = {};
  for (const deployment of deployments) {
    if (deployment.entity.kind !== 'custom' || deployment.state !== 'DEPLOYMENT_READY') continue;
    const model = await deployment.model();
    if (model.openapi !== undefined) {
      paths[`/served-models/${deployment.entity.name}/invocations`] = model.openapi();
    }
  }
  if (Object.keys(paths).length === 0) {
    throw invalidParameter(`Endpoint '${name}' has no OpenAPI document: it serves no custom model that is ready.`);
  }
  return {
    openapi: '3.1.0',
    info: { title: name, version: '1' },
    servers: [{ url: `${workspace}/serving-endpoints/${name}` }],
    paths,
  };
}
