/**
 * Names of buckets (S3 User Guide, "General purpose bucket naming rules"). Nothing else is taken for one: clients read more than a name
 * from an access point's ARN or from the suffix of a directory bucket, other hosts among it.
 */
export const BUCKET_NAME = /^(?!.*--x-s3$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
