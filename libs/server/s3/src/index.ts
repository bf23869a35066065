export { OpenedConnections, type OpenedConnection } from './connections/opened-connections';
export { S3Connection } from './connections/s3-connection.entity';
export { OneTimeClients } from './one-time/one-time-clients';
export { OneTimeKeysDto } from './one-time/one-time-keys.dto';
export { S3Clients, type S3Target } from './s3-clients';
export { parseS3Location, type S3Location } from './s3-location';
export { S3Module } from './s3.module';
