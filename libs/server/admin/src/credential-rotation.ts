import { PlatformError } from '@lakescope/databricks-client';
import { LakebaseCredentials } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { CredentialNotIssued } from './admin.errors';
import { DatabaseCredentialDto } from './database-credential.dto';

/** Has the workspace mint a new database credential at once, e.g. after the app's rights have changed. Open sessions stay. */
@Injectable()
export class CredentialRotation {
  constructor(private readonly credentials: LakebaseCredentials) {}

  /** Whoever asks while one is being minted gets that one: impatience mints no second. */
  async rotate(): Promise<DatabaseCredentialDto> {
    try {
      await this.credentials.rotate();
    } catch (error) {
      // What the workspace holds against the app is no fault of the administrator's request.
      throw error instanceof PlatformError ? new CredentialNotIssued(error) : error;
    }
    return DatabaseCredentialDto.from(this.credentials);
  }
}
