import type { ErrorDetail, ErrorEnvelope, ScimErrorEnvelope, TokenErrorResponse } from '@lakescope/databricks-wire';

/** An answer that is no success, thrown by a handler. Each kind of API has its own body. */
export abstract class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = new.target.name;
  }

  abstract body(requestId: string): object;
}

/** The reason a service adds for programs, as google.rpc.ErrorInfo. */
export interface RefusalReason {
  readonly reason: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Said by a service of the workspace. */
export class ServiceRefusal extends Refusal {
  constructor(
    status: number,
    readonly errorCode: string,
    message: string,
    private readonly options: { reason?: RefusalReason; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(status, message, options.headers);
  }

  override body(requestId: string): ErrorEnvelope {
    const details: ErrorDetail[] = [];
    if (this.options.reason !== undefined) {
      const { reason, metadata = {} } = this.options.reason;
      details.push({
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason,
        domain: 'databricks.com',
        metadata: { ...metadata },
      });
    }
    details.push({
      '@type': 'type.googleapis.com/google.rpc.RequestInfo',
      request_id: requestId,
      serving_data: '',
    });
    return { error_code: this.errorCode, message: this.message, details };
  }
}

/** Said by the gateway in front of the services about the credential; its code is the status as a number. */
export class CredentialRefusal extends Refusal {
  override body(requestId: string): ErrorEnvelope {
    return { error_code: this.status, message: `${this.message} [ReqId: ${requestId}]` };
  }
}

/** The token is good, but not for this API. */
export class ScopeRefusal extends Refusal {
  constructor(scope: string) {
    super(403, `Provided OAuth token does not have required scopes: ${scope}`);
  }

  override body(): ErrorEnvelope {
    return { error_code: this.status, message: this.message };
  }
}

/** Said by SCIM (RFC 7644, 3.12). */
export class ScimRefusal extends Refusal {
  constructor(
    status: number,
    detail: string,
    private readonly scimType?: string,
  ) {
    super(status, detail);
  }

  override body(): ScimErrorEnvelope {
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      detail: this.message,
      status: String(this.status),
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
    };
  }
}

/** Said by the token endpoint (RFC 6749, 5.2). */
export class TokenRefusal extends Refusal {
  constructor(
    status: number,
    readonly error: string,
    description: string,
  ) {
    super(status, description, { 'cache-control': 'no-store' });
  }

  override body(): TokenErrorResponse {
    return { error: this.error, error_description: this.message };
  }
}

export function invalidParameter(message: string): ServiceRefusal {
  return new ServiceRefusal(400, 'INVALID_PARAMETER_VALUE', message);
}

export function malformedRequest(message: string, status = 400): ServiceRefusal {
  return new ServiceRefusal(status, 'MALFORMED_REQUEST', message);
}

export function permissionDenied(message: string): ServiceRefusal {
  return new ServiceRefusal(403, 'PERMISSION_DENIED', message);
}

export function endpointNotFound(method: string, path: string): ServiceRefusal {
  return new ServiceRefusal(404, 'ENDPOINT_NOT_FOUND', `No API found for '${method} ${path}'`);
}

/** An OAuth token past its `exp`. */
export function expiredToken(): CredentialRefusal {
  return new CredentialRefusal(401, 'The access token expired.');
}

/** A token that is unknown, forged, revoked or made out to somebody else; the platform tells none of these apart. */
export function invalidToken(): CredentialRefusal {
  return new CredentialRefusal(403, 'Invalid access token.');
}
