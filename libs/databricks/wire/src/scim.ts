/** SCIM 2.0 (`/api/2.0/preview/scim/v2`, RFC 7643/7644). Ids are strings of digits; every field may be missing. */
export interface ScimValue {
  value?: string;
  display?: string;
  type?: string;
  primary?: boolean;
  $ref?: string;
}

/** `GET /Me`, `GET /Users`, `GET /Users/{id}`. For a service principal, `/Me` has its client id as `userName`. */
export interface ScimUser {
  schemas?: string[];
  id?: string;
  userName?: string;
  applicationId?: string;
  displayName?: string;
  active?: boolean;
  name?: { givenName?: string; familyName?: string };
  emails?: ScimValue[];
  groups?: ScimValue[];
  entitlements?: ScimValue[];
  roles?: ScimValue[];
}

/** The answer of `GET /Me`; the workspace id travels beside it in the header `X-Databricks-Org-Id`. */
export type ScimMe = ScimUser;

/** `GET /Groups`, `GET /Groups/{id}`. */
export interface ScimGroup {
  schemas?: string[];
  id?: string;
  displayName?: string;
  members?: ScimValue[];
  meta?: { resourceType?: string };
}

/** `GET /ServicePrincipals`, `GET /ServicePrincipals/{id}`. */
export interface ScimServicePrincipal {
  schemas?: string[];
  id?: string;
  applicationId?: string;
  displayName?: string;
  active?: boolean;
  groups?: ScimValue[];
  entitlements?: ScimValue[];
}

/** A SCIM page. Clients ask with a growing `startIndex` (1-based) until `Resources` is empty. */
export interface ScimList<Resource> {
  schemas: string[];
  totalResults: number;
  startIndex: number;
  itemsPerPage: number;
  Resources: Resource[];
}
