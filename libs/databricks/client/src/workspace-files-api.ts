import type { ListWorkspaceResponse, WorkspaceObjectInfo } from '@lakescope/databricks-wire';
import { PlatformError } from './platform-error';
import { encodePath } from './platform-path';
import type { CallOptions, Credential, Transport } from './transport';
import { UploadContent, type UploadSource } from './upload-content';

const BASE = '/api/2.0/workspace';
const FILES = '/api/2.0/workspace-files';
const JSON_TYPE = { 'content-type': 'application/json' };

/** The tree of folders and files of a workspace, `/Workspace/...`; as a person it takes the scope `workspace`. */
export class WorkspaceFilesApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  /** Makes the folder and every one above it; changes nothing when it is there. */
  async makeDirectory(path: string, options: CallOptions = {}): Promise<void> {
    const call = { ...options, method: 'POST' as const, path: `${BASE}/mkdirs`, idempotent: true };
    await this.transport.json(this.credential, { ...call, headers: JSON_TYPE, body: JSON.stringify({ path }) });
  }

  /** Puts a file into a folder that is there, in place of one of that name. Content that can be opened anew survives a cut. */
  async put(path: string, content: UploadSource, sizeBytes: number, options: CallOptions = {}): Promise<void> {
    await this.transport.json(this.credential, {
      ...options,
      method: 'POST',
      path: `${FILES}/import-file${encodePath(path)}`,
      query: { overwrite: true },
      headers: { 'content-type': 'application/octet-stream' },
      body: new UploadContent(content, sizeBytes),
      // The same bytes at the same place.
      idempotent: true,
      circuit: FILES,
    });
  }

  /** The bytes of a file, at most `maximumBytes`. */
  async read(path: string, maximumBytes: number, options: CallOptions = {}): Promise<Uint8Array> {
    const call = { ...options, method: 'GET' as const, path: `${FILES}${encodePath(path)}`, circuit: FILES };
    return (await this.transport.answer(this.credential, { ...call, maximumBytes })).body;
  }

  /** What lies in a folder; nothing when there is no such folder. */
  async list(path: string, options: CallOptions = {}): Promise<readonly WorkspaceObjectInfo[]> {
    const call = { ...options, method: 'GET' as const, path: `${BASE}/list`, query: { path } };
    try {
      return (await this.transport.json<ListWorkspaceResponse>(this.credential, call)).objects ?? [];
    } catch (error) {
      if (error instanceof PlatformError && error.kind === 'not_found') return [];
      throw error;
    }
  }

  /** Lets a service principal, by its client id, read a folder and all that lies in it, beside those who may already. */
  async letRead(directoryId: number, servicePrincipal: string, options: CallOptions = {}): Promise<void> {
    const list = [{ service_principal_name: servicePrincipal, permission_level: 'CAN_READ' }];
    const path = `/api/2.0/permissions/directories/${directoryId}`;
    const call = { ...options, method: 'PATCH' as const, path, idempotent: true };
    const body = JSON.stringify({ access_control_list: list });
    await this.transport.json(this.credential, { ...call, headers: JSON_TYPE, body });
  }

  /** Deletes a folder with all that lies in it. */
  async deleteDirectory(path: string, options: CallOptions = {}): Promise<void> {
    const body = JSON.stringify({ path, recursive: true });
    const call = { ...options, method: 'POST' as const, path: `${BASE}/delete` };
    await this.transport.json(this.credential, { ...call, headers: JSON_TYPE, body });
  }
}
