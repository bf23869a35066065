import { invalidParameter, ServiceRefusal } from '../http/refusals';
import { fieldsOf, requiredField } from './catalog-request';
import { detailsText, type Securable } from './securables';

/** What a storage credential is beyond what every securable has. */
export interface StorageCredentialDetails {
  readonly roleArn: string;
  readonly readOnly?: boolean;
}

/** Only the metastore writes details, so they are what it wrote. */
export function storageCredentialDetails(credential: Securable): StorageCredentialDetails {
  return JSON.parse(detailsText(credential) ?? '{"roleArn":""}') as StorageCredentialDetails;
}

/** The workspace says that it is one on AWS, so a role is the only kind of credential. */
export function roleOf(fields: ReadonlyMap<string, unknown>): string {
  const role = fields.get('aws_iam_role') ?? undefined;
  if (role === undefined) throw invalidParameter('Missing required field: aws_iam_role');
  const arn = requiredField(fieldsOf(role), 'role_arn');
  if (/^arn:aws(-[a-z-]+)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/.test(arn)) return arn;
  throw invalidParameter(`role_arn "${arn.slice(0, 200)}" is no ARN of a role`);
}

/** Refuses to take away what others lie in. */
export function refuseUsed(word: string, name: string, users: readonly Securable[]): void {
  const [first] = users;
  if (first === undefined) return;
  throw new ServiceRefusal(
    400,
    'INVALID_STATE',
    `${word} '${name}' has ${users.length} dependent object(s), e.g. '${first.fullName}'. Use the force option.`,
  );
}
