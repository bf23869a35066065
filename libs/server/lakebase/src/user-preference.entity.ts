import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A value a person chose, kept per user and key. The table is walled by row-level security as well as by every query. */
@Entity({ name: 'user_preferences' })
export class UserPreference {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'user_id', type: 'text' })
  userId!: string;

  @Column({ name: 'preference_key', type: 'text' })
  preferenceKey!: string;

  @Column({ name: 'preference_value', type: 'jsonb' })
  preferenceValue!: unknown;

  @Column({ name: 'version', type: 'integer' })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  /** To the day: when the owner last read or wrote it. */
  @Column({ name: 'last_used_at', type: 'timestamptz' })
  lastUsedAt!: Date;
}
