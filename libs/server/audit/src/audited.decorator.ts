import { SetMetadata, UseInterceptors, applyDecorators } from '@nestjs/common';
import { AuditInterceptor } from './audit.interceptor';
import { AUDITED, type AuditedAction } from './audited-action';

/**
 * Puts what a route does into the audit log: outcome, time taken, error code, correlation id. For handlers that answer once. The module
 * of the controller imports `AuditModule`. Other routes do not pay for it, not even by a look at whether they are audited.
 */
export const Audited = (action: AuditedAction): MethodDecorator =>
  applyDecorators(SetMetadata(AUDITED, action), UseInterceptors(AuditInterceptor));
