import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a person reaches a storage. The table is walled by row-level security as well as by every query. */
@Entity({ name: 's3_connections' })
export class S3Connection {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'user_id', type: 'text' })
  userId!: string;

  /** Of this person, no two have the same. */
  @Column({ type: 'text' })
  name!: string;

  /** Origin of the endpoint; null: that of AWS in the region. */
  @Column({ type: 'text', nullable: true })
  endpoint!: string | null;

  @Column({ type: 'text' })
  region!: string;

  /** Whether buckets are a part of the path; else they are a part of the host's name. */
  @Column({ name: 'path_style', type: 'boolean' })
  pathStyle!: boolean;

  /** Where looking begins; no limit to what the connection is used for. */
  @Column({ type: 'text', nullable: true })
  bucket!: string | null;

  @Column({ type: 'text', nullable: true })
  prefix!: string | null;

  /** Role that the keys are exchanged for. */
  @Column({ name: 'role_arn', type: 'text', nullable: true })
  roleArn!: string | null;

  @Column({ name: 'external_id', type: 'text', nullable: true })
  externalId!: string | null;

  /** The end of the access key's id, for people to tell keys apart. */
  @Column({ name: 'key_hint', type: 'text' })
  keyHint!: string;

  /** Whether the keys are those of a session, and end with it. */
  @Column({ type: 'boolean' })
  temporary!: boolean;

  /** The keys, encrypted with the app's secret. */
  @Column({ name: 'sealed_keys', type: 'bytea' })
  sealedKeys!: Buffer;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  /** To the day. */
  @Column({ name: 'last_used_at', type: 'timestamptz' })
  lastUsedAt!: Date;
}
