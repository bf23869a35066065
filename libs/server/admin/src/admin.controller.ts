import { Audited } from '@lakescope/server-audit';
import { ApiProblems, RequiresAdmin, WithoutBody } from '@lakescope/server-http';
import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AdminOverview } from './admin-overview';
import { AdminOverviewDto } from './admin-overview.dto';
import { CredentialRotation } from './credential-rotation';
import { DatabaseCredentialDto } from './database-credential.dto';

/** How the app is doing, for administrators. */
@ApiTags('admin')
@Controller('admin')
@RequiresAdmin()
export class AdminController {
  constructor(
    private readonly overview: AdminOverview,
    private readonly rotation: CredentialRotation,
  ) {}

  /** Tells how the app is doing: versions, replicas, database, pool and credential. */
  @Get('overview')
  @ApiOkResponse({ type: AdminOverviewDto })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED')
  getAdminOverview(): Promise<AdminOverviewDto> {
    return this.overview.describe();
  }

  /** Gets a new database credential at once. Open sessions stay, new ones use it; who asks meanwhile gets the same one. */
  // When it cannot be written down it is done all the same: a new credential may be what the database waits for.
  @Post('credentials/rotate')
  @HttpCode(200)
  @WithoutBody()
  @Audited({ action: 'credential.rotate', actingAs: 'app', unrecordable: 'log' })
  @ApiOkResponse({ type: DatabaseCredentialDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'ADMIN_REQUIRED',
    'ADMIN_CHECK_FAILED',
    'CONFLICT',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
  )
  rotateCredential(): Promise<DatabaseCredentialDto> {
    return this.rotation.rotate();
  }
}
