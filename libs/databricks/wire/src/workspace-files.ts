export type WorkspaceObjectType = 'NOTEBOOK' | 'DIRECTORY' | 'FILE' | 'LIBRARY' | 'REPO' | 'DASHBOARD';
export type NotebookLanguage = 'PYTHON' | 'SQL' | 'SCALA' | 'R';

/** `GET /api/2.0/workspace/get-status`, and the items of `list`. Times are epoch milliseconds. */
export interface WorkspaceObjectInfo {
  object_id?: number;
  object_type?: WorkspaceObjectType;
  path?: string;
  /** Notebooks only. */
  language?: NotebookLanguage;
  created_at?: number;
  modified_at?: number;
  /** Bytes; files only. */
  size?: number;
  resource_id?: string;
}

/** `GET /api/2.0/workspace/list?path=`; the list is absent when empty. */
export interface ListWorkspaceResponse {
  objects?: WorkspaceObjectInfo[];
}

/** Body of `POST /api/2.0/workspace/import`; the same fields may come as `multipart/form-data`. */
export interface ImportWorkspaceObjectRequest {
  path?: string;
  /** Base64, at most 10 MB of bytes. */
  content?: string;
  format?: string;
  language?: NotebookLanguage;
  overwrite?: boolean;
}

/** `GET /api/2.0/workspace/export` without `direct_download`. */
export interface ExportWorkspaceObjectResponse {
  /** Base64. */
  content?: string;
  file_type?: string;
}
