import { mkdir } from 'node:fs/promises';
import type { ListVolumesResponse, VolumeInfo } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { requiredQueryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { fieldsOf, nameField, requiredField, textField } from './catalog-request';
import { refuseOverlap, requireExternalLocation, storageUrl } from './external-locations';

/** `/volumes`. A MANAGED one has a folder of its own, an EXTERNAL one shows what lies in an external location. */
export function volumesRoutes(app: FastifyInstance, { access, lookup, lists, changes, infos }: CatalogApi): void {
  app.get(`${ROOT}/volumes`, async (request): Promise<ListVolumesResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const catalog = requiredQueryText(request.query, 'catalog_name');
    const name = `${catalog}.${requiredQueryText(request.query, 'schema_name')}`;
    const schema = lists.parent(caller, request.query, 'SCHEMA', name);
    const { items, next } = lists.page(caller, request.query, 'VOLUME', schema.fullName);
    const volumes = items.map(({ securable, browseOnly }) => infos.volume(securable, browseOnly));
    return { ...(volumes.length > 0 && { volumes }), ...next };
  });

  app.post(`${ROOT}/volumes`, async (request): Promise<VolumeInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const fields = fieldsOf(request.body);
    const name = nameField(fields, 'VOLUME');
    const parent = `${requiredField(fields, 'catalog_name')}.${requiredField(fields, 'schema_name')}`;
    const volumeType = requiredField(fields, 'volume_type');
    if (volumeType !== 'MANAGED' && volumeType !== 'EXTERNAL') {
      throw invalidParameter(`volume_type must be MANAGED or EXTERNAL, got "${volumeType.slice(0, 100)}"`);
    }
    const comment = textField(fields, 'comment') ?? '';
    const schema = changes.parentFor(caller, 'VOLUME', parent);
    const fullName = `${schema.fullName}.${name}`;
    if (volumeType === 'MANAGED') return infos.volume(await changes.create(caller, 'VOLUME', fullName, { comment }));
    const url = storageUrl(requiredField(fields, 'storage_location'));
    requireExternalLocation(caller, lookup, url, 'CREATE_EXTERNAL_VOLUME');
    refuseOverlap(lookup, url);
    const details = JSON.stringify({ url });
    const made = await changes.create(caller, 'VOLUME', fullName, { comment, volumeType, details });
    await mkdir(lookup.metastore.places.ofVolume(made), { recursive: true });
    return infos.volume(made);
  });

  app.get<ByName>(`${ROOT}/volumes/:name`, async (request): Promise<VolumeInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { securable, browseOnly } = lists.one(caller, request.query, 'VOLUME', request.params.name);
    return infos.volume(securable, browseOnly);
  });

  app.patch<ByName>(`${ROOT}/volumes/:name`, async (request): Promise<VolumeInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    return infos.volume(
      await changes.update(caller, 'VOLUME', request.params.name, request.body, { description: true }),
    );
  });

  app.delete<ByName>(`${ROOT}/volumes/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    await changes.remove(caller, 'VOLUME', request.params.name, true);
    return {};
  });
}
