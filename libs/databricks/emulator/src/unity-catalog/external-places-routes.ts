import type {
  ExternalLocationInfo,
  ListExternalLocationsResponse,
  ListStorageCredentialsResponse,
  StorageCredentialInfo,
} from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { invalidParameter, permissionDenied, ServiceRefusal } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { fieldsOf, flagField, nameField, requiredField, textField } from './catalog-request';
import { refuseUsed, roleOf, storageCredentialDetails } from './external-places';
import { storageUrl } from './external-locations';
import { placeOf, type ExternalPlace } from './external-place';
import { wordsOf, type Privilege } from './privileges';
import { isTrue } from './securable-lists';
import type { Securable } from './securables';
import { isWithin } from './storage-places';

/**
 * `/storage-credentials` and `/external-locations`: which buckets there are for tables and volumes, and who may use them.
 * The credential is a role of AWS that nobody assumes here: the buckets are those of the local S3 endpoint.
 */
export function externalPlacesRoutes(app: FastifyInstance, api: CatalogApi, metastoreId: string): void {
  const { access, lookup, lists, changes, infos } = api;

  const requireCreate = (caller: Principal, privilege: Privilege): void => {
    if (caller.groups.includes(ADMINS)) return;
    const metastore = lookup.existing('METASTORE', metastoreId);
    if (lookup.rights.may(caller, privilege, metastore)) return;
    throw permissionDenied(`User does not have ${wordsOf(privilege)} on Metastore '${metastore.comment}'.`);
  };

  app.get(`${ROOT}/storage-credentials`, async (request): Promise<ListStorageCredentialsResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { items, next } = lists.page(caller, request.query, 'STORAGE_CREDENTIAL');
    const found = items.map(({ securable }) => infos.storageCredential(securable));
    return { ...(found.length > 0 && { storage_credentials: found }), ...next };
  });

  app.post(`${ROOT}/storage-credentials`, async (request): Promise<StorageCredentialInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    requireCreate(caller, 'CREATE_STORAGE_CREDENTIAL');
    const fields = fieldsOf(request.body);
    const details = { roleArn: roleOf(fields), readOnly: flagField(fields, 'read_only') };
    const made = await changes.create(caller, 'STORAGE_CREDENTIAL', nameField(fields, 'STORAGE_CREDENTIAL'), {
      comment: textField(fields, 'comment') ?? '',
      details: JSON.stringify(details),
    });
    return infos.storageCredential(made);
  });

  app.get<ByName>(`${ROOT}/storage-credentials/:name`, async (request): Promise<StorageCredentialInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    return infos.storageCredential(lookup.require(caller, 'STORAGE_CREDENTIAL', request.params.name));
  });

  app.patch<ByName>(`${ROOT}/storage-credentials/:name`, async (request): Promise<StorageCredentialInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const credential = lookup.manage(caller, 'STORAGE_CREDENTIAL', request.params.name);
    const fields = fieldsOf(request.body);
    const roleArn = fields.has('aws_iam_role') ? roleOf(fields) : undefined;
    const readOnly = fields.has('read_only') ? flagField(fields, 'read_only') : undefined;
    const used = lookup.metastore.all('EXTERNAL_LOCATION');
    const users = used.filter((one) => placeOf(one).credentialName === credential.fullName);
    const changed = await changes.update(caller, 'STORAGE_CREDENTIAL', credential.fullName, request.body, {
      description: true,
      details: (latest) => ({
        ...storageCredentialDetails(latest),
        ...(roleArn !== undefined && { roleArn }),
        ...(readOnly !== undefined && { readOnly }),
      }),
    });
    // Locations know their credential by its name.
    for (const one of changed.fullName === credential.fullName ? [] : users) {
      const details = JSON.stringify({ ...placeOf(one), credentialName: changed.fullName });
      await lookup.metastore.update(one, { details }, caller.name);
    }
    return infos.storageCredential(changed);
  });

  app.delete<ByName>(`${ROOT}/storage-credentials/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    const credential = lookup.manage(caller, 'STORAGE_CREDENTIAL', request.params.name);
    const users = lookup.metastore
      .all('EXTERNAL_LOCATION')
      .filter((location) => placeOf(location).credentialName === credential.fullName);
    if (!isTrue(request.query, 'force')) refuseUsed('Storage credential', credential.fullName, users);
    await changes.remove(caller, 'STORAGE_CREDENTIAL', credential.fullName, true);
    return {};
  });

  app.get(`${ROOT}/external-locations`, async (request): Promise<ListExternalLocationsResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { items, next } = lists.page(caller, request.query, 'EXTERNAL_LOCATION');
    const found = items.map(({ securable, browseOnly }) => infos.externalLocation(securable, browseOnly));
    return { ...(found.length > 0 && { external_locations: found }), ...next };
  });

  app.post(`${ROOT}/external-locations`, async (request): Promise<ExternalLocationInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    requireCreate(caller, 'CREATE_EXTERNAL_LOCATION');
    const fields = fieldsOf(request.body);
    const name = nameField(fields, 'EXTERNAL_LOCATION');
    const place: ExternalPlace = {
      url: newUrl(storageUrl(requiredField(fields, 'url'))),
      credentialName: credentialFor(caller, requiredField(fields, 'credential_name')),
      readOnly: flagField(fields, 'read_only'),
    };
    const comment = textField(fields, 'comment') ?? '';
    const details = JSON.stringify(place);
    return infos.externalLocation(await changes.create(caller, 'EXTERNAL_LOCATION', name, { comment, details }));
  });

  app.get<ByName>(`${ROOT}/external-locations/:name`, async (request): Promise<ExternalLocationInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { securable, browseOnly } = lists.one(caller, request.query, 'EXTERNAL_LOCATION', request.params.name);
    return infos.externalLocation(securable, browseOnly);
  });

  app.patch<ByName>(`${ROOT}/external-locations/:name`, async (request): Promise<ExternalLocationInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const location = lookup.manage(caller, 'EXTERNAL_LOCATION', request.params.name);
    const fields = fieldsOf(request.body);
    const [url, credential] = [textField(fields, 'url'), textField(fields, 'credential_name')];
    if (url !== undefined && !flagField(fields, 'force')) {
      refuseUsed('External location', location.fullName, usersOf(placeOf(location).url));
    }
    const place: Partial<ExternalPlace> = {
      ...(url !== undefined && { url: newUrl(storageUrl(url), location.fullName) }),
      ...(credential !== undefined && { credentialName: credentialFor(caller, credential) }),
      ...(fields.has('read_only') && { readOnly: flagField(fields, 'read_only') }),
    };
    const changed = await changes.update(caller, 'EXTERNAL_LOCATION', location.fullName, request.body, {
      description: true,
      details: (latest) => ({ ...placeOf(latest), ...place }),
    });
    return infos.externalLocation(changed);
  });

  app.delete<ByName>(`${ROOT}/external-locations/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    const location = lookup.manage(caller, 'EXTERNAL_LOCATION', request.params.name);
    if (!isTrue(request.query, 'force')) {
      refuseUsed('External location', location.fullName, usersOf(placeOf(location).url));
    }
    await changes.remove(caller, 'EXTERNAL_LOCATION', location.fullName, true);
    return {};
  });

  /** Of one that lies in another, or around it, nobody could say which is meant. */
  function newUrl(url: string, ownName?: string): string {
    if (lookup.metastore.places.ofObjects(url) === undefined) {
      throw invalidParameter(`'${url.slice(0, 300)}' is no location of the form s3://bucket/path`);
    }
    const other = lookup.metastore
      .all('EXTERNAL_LOCATION')
      .find((one) => one.fullName !== ownName && (isWithin(url, placeOf(one).url) || isWithin(placeOf(one).url, url)));
    if (other === undefined) return url;
    throw new ServiceRefusal(
      400,
      'LOCATION_OVERLAP',
      `URL '${url.slice(0, 800)}' overlaps with external location '${other.fullName}'.`,
    );
  }

  function credentialFor(caller: Principal, name: string): string {
    const credential = lookup.existing('STORAGE_CREDENTIAL', name);
    if (!lookup.rights.manages(caller, credential)) {
      lookup.rights.requireOn(caller, 'CREATE_EXTERNAL_LOCATION', credential);
    }
    return credential.fullName;
  }

  function usersOf(url: string): readonly Securable[] {
    const { metastore } = lookup;
    const volumes = metastore.all('VOLUME').filter((one) => one.volumeType === 'EXTERNAL');
    const tables = metastore.all('TABLE').filter((one) => one.tableType === 'EXTERNAL');
    return [
      ...volumes.filter((one) => isWithin(placeOf(one).url, url)),
      ...tables.filter((one) => isWithin(metastore.locationOfTable(one) ?? '', url)),
    ];
  }
}
