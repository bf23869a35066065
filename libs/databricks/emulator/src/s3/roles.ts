import type { IncomingMessage } from 'node:http';
import { element, XML_DECLARATION } from '../http/xml';
import { readDocument } from './request-body';
import { xmlAnswer, type S3Answer, type S3Call } from './s3-answer';
import { S3Error } from './s3-error';
import type { TemporaryKeys } from './s3-keys';

/** Something that keys may be exchanged for: it opens a location, to who knows its external id. */
export interface Role {
  readonly arn: string;
  readonly externalId?: string;
  /** `s3://bucket/path`, as in `KeyRequest`. */
  readonly location: string;
  readonly readOnly: boolean;
}

const VERSION = '2011-06-15';
const NAMESPACE = `https://sts.amazonaws.com/doc/${VERSION}/`;
const SHORTEST_SECONDS = 900;
const LONGEST_SECONDS = 43_200;

/** Roles of the storage, given out at its own endpoint by the API of the Security Token Service, as other S3-compatible storage does it. */
export class Roles {
  private readonly known = new Map<string, Role>();

  constructor(private readonly keys: TemporaryKeys) {}

  /** Makes a role, or makes it anew. */
  define(role: Role): void {
    this.known.set(role.arn, role);
  }

  /** `AssumeRole` (STS API reference); only the keys of the root may assume roles. */
  async assume({ request, authentication }: S3Call): Promise<S3Answer> {
    const form = new URLSearchParams(await readDocument(request, authentication));
    if (form.get('Action') !== 'AssumeRole' || form.get('Version') !== VERSION) {
      throw new S3Error(
        400,
        'InvalidAction',
        `Could not find operation ${form.get('Action') ?? ''} for version ${VERSION}`,
      );
    }
    const arn = form.get('RoleArn') ?? '';
    const role = this.known.get(arn);
    const knowsId = role?.externalId === undefined || role.externalId === form.get('ExternalId');
    if (role === undefined || !knowsId || authentication.credential.scope !== undefined) {
      throw new S3Error(403, 'AccessDenied', `User is not authorized to perform: sts:AssumeRole on resource: ${arn}`);
    }
    const seconds = Number(form.get('DurationSeconds') ?? 3600);
    if (!Number.isInteger(seconds) || seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
      throw new S3Error(400, 'ValidationError', `DurationSeconds must be ${SHORTEST_SECONDS} to ${LONGEST_SECONDS}`);
    }
    const { location, readOnly } = role;
    const issued = this.keys.issue({ location, readOnly, expiresInMs: seconds * 1000 });
    const credentials = [
      element('AccessKeyId', issued.accessKeyId),
      element('SecretAccessKey', issued.secretAccessKey),
      element('SessionToken', issued.sessionToken),
      element('Expiration', issued.expiresAt.toISOString()),
    ].join('');
    return xmlAnswer(
      `${XML_DECLARATION}<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    );
  }
}

/** Whether the Security Token Service is asked. S3 itself takes forms for uploads by browsers only, into a bucket. */
export function asksForRole({ method, headersDistinct }: IncomingMessage): boolean {
  return (
    method === 'POST' && headersDistinct['content-type']?.[0]?.startsWith('application/x-www-form-urlencoded') === true
  );
}

/** The service of roles has a form of its own for errors. */
export function roleRefusal({ code, message }: S3Error, requestId: string): string {
  const error = element('Type', 'Sender') + element('Code', code) + element('Message', message);
  return `${XML_DECLARATION}<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error>${element('RequestId', requestId)}</ErrorResponse>`;
}
