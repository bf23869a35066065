import { type GrantedConnectionDto, type S3ConnectionDto } from '@lakescope/web-api';

/** A connection that a job may be asked to work with. */
export interface ConnectionChoice {
  readonly id: string;
  readonly label: string;
  /** Its owner; undefined for one's own. */
  readonly grantedBy: string | undefined;
  /** Granted for nothing now: its owner has taken the bucket out of it. */
  readonly isUnusable: boolean;
}

/** One's own connections first, then those that others let one start jobs with, by their names. */
export function choicesOf(
  own: readonly S3ConnectionDto[],
  granted: readonly GrantedConnectionDto[],
): readonly ConnectionChoice[] {
  return [
    ...own.map(({ id, name }) => ({ id, label: name, grantedBy: undefined, isUnusable: false })),
    ...[...granted]
      .sort((a, b) => a.name.localeCompare(b.name) || a.granted_by.localeCompare(b.granted_by))
      .map(({ connection_id: id, name, granted_by: grantedBy, bucket, prefix }) => ({
        id,
        grantedBy,
        isUnusable: bucket === null,
        label:
          bucket === null
            ? $localize`${name}:name:, by ${grantedBy}:owner:, for no bucket any more`
            : $localize`${name}:name:, by ${grantedBy}:owner:, for ${`s3://${bucket}/${prefix}`}:place:`,
      })),
  ];
}

/** The one that is chosen where nobody has chosen: where there is no choice, there is nothing to choose. */
export function chosenOf(id: string, choices: readonly ConnectionChoice[]): string {
  if (id !== '') return id;
  const [only, ...others] = choices.filter(({ isUnusable }) => !isUnusable);
  return only !== undefined && others.length === 0 ? only.id : '';
}
