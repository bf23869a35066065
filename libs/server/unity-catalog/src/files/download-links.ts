import { DatabricksClients, InvalidHost, PlatformError, workspaceOrigin } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { DownloadUrlDto } from './download-url.dto';
import { limits } from './file-limits';
import { DownloadLinksNotOffered } from './files.errors';
import { versionOf } from './look-at-file';
import { VolumePath } from './volume-path';

const NOT_OFFERED: ReadonlySet<PlatformError['kind']> = new Set(['not_found', 'endpoint_not_found', 'upstream']);

/** Links to files that need no signing in, where the platform makes them. They are kept nowhere. */
@Injectable()
export class DownloadLinks {
  constructor(private readonly databricks: DatabricksClients) {}

  async create(caller: UserCaller, text: string, signal: AbortSignal): Promise<DownloadUrlDto> {
    const path = VolumePath.parseBelow(text, 'a file');
    const { files } = this.databricks.asUser(caller);
    const expiresAt = new Date(Date.now() + limits.downloadLinkMs);
    try {
      const link = await files.createDownloadUrl(path.toString(), { signal, expiresInMs: limits.downloadLinkMs });
      // A browser sends none of the headers that some storage asks for, and follows no link to just anywhere.
      if ((link.headers ?? []).length > 0 || !leadsToStorage(link.url))
        throw new DownloadLinksNotOffered(path.toString());
      return { url: link.url, expires_at: expiresAt.toISOString() };
    } catch (error) {
      if (!(error instanceof PlatformError) || !NOT_OFFERED.has(error.kind)) throw error;
      // The platform says the same of a file that is not there.
      await versionOf(files, path, signal);
      throw new DownloadLinksNotOffered(path.toString(), error);
    }
  }
}

/** Encrypted, or on this machine. */
function leadsToStorage(url: string): boolean {
  try {
    workspaceOrigin(url);
    return true;
  } catch (error) {
    if (error instanceof InvalidHost) return false;
    throw error;
  }
}
