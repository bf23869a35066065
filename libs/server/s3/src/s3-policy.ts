/** Rights as policies name them (Service Authorization Reference, "Actions defined by Amazon S3"). */
export type S3Right =
  's3:ListAllMyBuckets' | 's3:ListBucket' | 's3:GetObject' | 's3:PutObject' | 's3:DeleteObject' | 'sts:AssumeRole';

/** What a right is needed on. */
export interface S3Scope {
  readonly right: S3Right;
  readonly connection: { readonly region: string };
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** Of keys that are wanted, as a prefix; with neither key nor prefix it is the whole bucket. */
  readonly prefix?: string | undefined;
}

/** The statement of a policy that gives the right, and no more than it. */
export function policyLine({ right, connection, bucket, key, prefix = '' }: S3Scope): string {
  const partition = partitionOf(connection.region);
  const ofBucket = `arn:${partition}:s3:::${bucket ?? '*'}`;
  const allow = (Resource: string, more: object = {}): string =>
    JSON.stringify({ Effect: 'Allow', Action: right, Resource, ...more });
  switch (right) {
    case 's3:ListAllMyBuckets':
    case 'sts:AssumeRole':
      return allow('*');
    case 's3:ListBucket':
      return prefix === ''
        ? allow(ofBucket)
        : allow(ofBucket, { Condition: { StringLike: { 's3:prefix': [`${literal(prefix)}*`] } } });
    default:
      return allow(`${ofBucket}/${key === undefined ? `${literal(prefix)}*` : literal(key)}`);
  }
}

/** The statement of a policy that takes writing and deleting away from keys that are for reading. */
export function writeDenial({ connection, bucket, prefix }: Omit<S3Scope, 'right' | 'key'>): string {
  const Resource = `arn:${partitionOf(connection.region)}:s3:::${bucket ?? '*'}/${literal(prefix ?? '')}*`;
  return JSON.stringify({ Effect: 'Deny', Action: ['s3:PutObject', 's3:DeleteObject'], Resource });
}

/** In patterns of policies `*`, `?` and `$` have meanings of their own (IAM User Guide, "Policy variables"). */
function literal(text: string): string {
  return text.replace(/[*?$]/g, (special) => `\${${special}}`);
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
