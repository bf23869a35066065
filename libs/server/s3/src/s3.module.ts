import { AuditModule } from '@lakescope/server-audit';
import { Module } from '@nestjs/common';
import { AssumedRoles } from './assumed-roles';
import { ConnectionCheck } from './check/connection-check';
import { ConnectionRecords } from './connections/connection-records';
import { ConnectionTargets } from './connections/connection-targets';
import { Connections } from './connections/connections';
import { S3ConnectionsController } from './connections/connections.controller';
import { DefaultConnection } from './connections/default-connection';
import { OpenedConnections } from './connections/opened-connections';
import { SealedKeys } from './connections/sealed-keys';
import { ObjectBrowser } from './objects/object-browser';
import { ObjectLinks } from './objects/object-links';
import { S3ObjectsController } from './objects/objects.controller';
import { OneTimeClients } from './one-time/one-time-clients';
import { S3Clients } from './s3-clients';
import { S3Endpoints } from './s3-endpoints';

/** Storage that speaks as S3 does, reached by connections that people make for themselves. */
@Module({
  imports: [AuditModule],
  controllers: [S3ConnectionsController, S3ObjectsController],
  providers: [
    AssumedRoles,
    ConnectionCheck,
    ConnectionRecords,
    ConnectionTargets,
    Connections,
    DefaultConnection,
    ObjectBrowser,
    ObjectLinks,
    OneTimeClients,
    OpenedConnections,
    S3Clients,
    S3Endpoints,
    SealedKeys,
  ],
  exports: [ConnectionCheck, ConnectionTargets, OneTimeClients, OpenedConnections, S3Clients],
})
export class S3Module {}
