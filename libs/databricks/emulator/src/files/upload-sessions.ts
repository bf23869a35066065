import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { noSuchUpload } from './files-refusals';
import { UploadSession } from './upload-session';
import type { VolumePath } from './volume-path';

/** How long an upload may take from its first call to its last. */
const LIFETIME_MS = 7 * 24 * 3_600_000;

/**
 * Uploads in parts that are under way. Each is a folder of the state, so that it goes on after a restart. Its token is
 * known to the client alone: the folder is named after the token's hash.
 */
export class UploadSessions {
  private readonly known = new Map<string, UploadSession>();

  private constructor(
    private readonly directory: string,
    private readonly now: () => number,
  ) {}

  /** What has expired, or cannot be read because a kill came while it was made, is removed. */
  static async open(stateDirectory: string, now: () => number): Promise<UploadSessions> {
    const directory = join(stateDirectory, 'uploads', 'sessions');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const sessions = new UploadSessions(directory, now);
    for (const id of await readdir(directory)) {
      const session = await UploadSession.load(join(directory, id));
      if (session === undefined) await rm(join(directory, id), { recursive: true, force: true });
      else sessions.known.set(id, session);
    }
    await sessions.sweep();
    return sessions;
  }

  /** Answers the token. */
  async start({ volume, segments }: VolumePath, overwrite: boolean): Promise<string> {
    await this.sweep();
    const token = randomBytes(32).toString('base64url');
    const id = idOf(token);
    const session = await UploadSession.create(join(this.directory, id), {
      volume,
      segments: [...segments],
      overwrite,
      createdAt: this.now(),
      completed: false,
    });
    this.known.set(id, session);
    return token;
  }

  /** Refuses when the token is not that of an upload to this very file. */
  byToken(token: string, target: VolumePath): { id: string; session: UploadSession } {
    const id = idOf(token);
    const session = this.byId(id);
    if (session?.leadsTo(target) !== true) throw noSuchUpload();
    return { id, session };
  }

  /** For links, which name the session but do not hold its token. */
  byId(id: string): UploadSession | undefined {
    const session = this.known.get(id);
    return session === undefined || this.hasExpired(session) ? undefined : session;
  }

  async end(id: string): Promise<void> {
    this.known.delete(id);
    await rm(join(this.directory, id), { recursive: true, force: true });
  }

  private async sweep(): Promise<void> {
    for (const [id, session] of this.known) {
      if (this.hasExpired(session)) await this.end(id);
    }
  }

  private hasExpired(session: UploadSession): boolean {
    return session.createdAt + LIFETIME_MS <= this.now();
  }
}

function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
