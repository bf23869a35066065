/** One entry of a request to `PUT` or `PATCH /api/2.0/permissions/{type}/{id}`: exactly one of the three names. */
export interface AccessControlRequest {
  user_name?: string;
  group_name?: string;
  /** The application id. */
  service_principal_name?: string;
  permission_level?: string;
}

/** Body of `PUT` (replaces what is granted on the object itself) and `PATCH` (changes what is named). */
export interface SetObjectPermissionsRequest {
  access_control_list?: AccessControlRequest[];
}

/** A level somebody holds, and where it comes from when it is not the object's own list. */
export interface ObjectPermission {
  permission_level?: string;
  inherited?: boolean;
  /** `/directories/<id>`, or a whole kind of objects: `/clusters/`. */
  inherited_from_object?: string[];
}

export interface AccessControlResponse {
  user_name?: string;
  group_name?: string;
  service_principal_name?: string;
  display_name?: string;
  all_permissions?: ObjectPermission[];
}

/** `GET /api/2.0/permissions/{type}/{id}`, also the answer to `PUT` and `PATCH`. */
export interface ObjectPermissions {
  /** `/clusters/0131-101010-abcd1234`. */
  object_id?: string;
  /** Singular for some kinds: `cluster`, `directory`; plural for others: `warehouses`. */
  object_type?: string;
  access_control_list?: AccessControlResponse[];
}

/** `GET /api/2.0/permissions/{type}/{id}/permissionLevels`. */
export interface PermissionLevelsResponse {
  permission_levels?: { permission_level?: string; description?: string }[];
}
