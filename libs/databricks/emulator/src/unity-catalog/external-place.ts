import { detailsText, type Securable } from './securables';

/** What an external location, or a volume in one, is beyond what every securable has. */
export interface ExternalPlace {
  /** `s3://bucket/path`, without `/` at its end. */
  readonly url: string;
  readonly credentialName?: string;
  readonly readOnly?: boolean;
}

/** Only the metastore writes details, so they are what it wrote. */
export function placeOf(securable: Securable): ExternalPlace {
  return JSON.parse(detailsText(securable) ?? '{"url":""}') as ExternalPlace;
}
