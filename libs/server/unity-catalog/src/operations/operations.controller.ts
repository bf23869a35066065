import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { applyDecorators, Body, Controller, HttpCode, Post, type Type } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { OPERATIONS, type Operation } from './operation.dto';
import { OPERATION_ANSWERS, type OperationAnswer } from './operation-answer.dto';
import { ReadOperation } from './read-operation.pipe';
import { WorkspaceOperations } from './workspace-operations';

/** The operations and their answers as unions that `op` tells apart. */
const ApiOperations = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(...Object.values<Type>(OPERATIONS), ...Object.values<Type>(OPERATION_ANSWERS)),
    ApiBody({ schema: unionOf(OPERATIONS) }),
    ApiOkResponse({ schema: unionOf(OPERATION_ANSWERS) }),
  );

/** Operations on the workspace for other services, through one door. */
@ApiTags('operations')
@Controller('operations')
export class OperationsController {
  constructor(private readonly operations: WorkspaceOperations) {}

  /** Runs one operation on the workspace with the caller's own rights. */
  @Post()
  @HttpCode(200)
  @ApiOperations()
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'ALREADY_EXISTS',
    'PAYLOAD_TOO_LARGE',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  runOperation(
    @CurrentCaller() caller: UserCaller,
    @Body(ReadOperation) operation: Operation,
    @RequestSignal() signal: AbortSignal,
  ): Promise<OperationAnswer> {
    return this.operations.run(caller, operation, signal);
  }
}

function unionOf(classes: Readonly<Record<string, Type>>): {
  oneOf: { $ref: string }[];
  discriminator: { propertyName: string; mapping: Record<string, string> };
} {
  const mapping = Object.fromEntries(Object.entries(classes).map(([op, one]) => [op, getSchemaPath(one)]));
  return {
    oneOf: Object.values(mapping).map(($ref) => ({ $ref })),
    discriminator: { propertyName: 'op', mapping },
  };
}
