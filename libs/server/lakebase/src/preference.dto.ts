import { ApiProperty } from '@nestjs/swagger';
import { UserPreference } from './user-preference.entity';

/** One stored preference of the caller. */
export class PreferenceDto {
  /** Identifier of the stored row. */
  id!: string;

  /** Whose preference it is: always the caller. */
  user_id!: string;

  /** Name of the preference. */
  preference_key!: string;

  /** The stored value; null when what is stored no longer fits the key, so that the default applies. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    oneOf: [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
    ],
    example: 'dark',
  })
  preference_value!: unknown;

  /** When it was first stored. */
  created_at!: string;

  /** When it was last stored. */
  updated_at!: string;

  /** Counts the writes; send it as If-Match to write only when nobody else did. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  version!: number;

  static from(preference: UserPreference, value: unknown): PreferenceDto {
    const dto = new PreferenceDto();
    dto.id = preference.id;
    dto.user_id = preference.userId;
    dto.preference_key = preference.preferenceKey;
    dto.preference_value = value;
    dto.created_at = preference.createdAt.toISOString();
    dto.updated_at = preference.updatedAt.toISOString();
    dto.version = preference.version;
    return dto;
  }
}
