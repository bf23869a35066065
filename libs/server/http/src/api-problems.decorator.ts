import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from './error-codes';
import { PROBLEM_TYPE, problemOf } from './problem';
import { ProblemDto } from './problem.dto';

/** Documents which error codes a route may answer with, beside those every route has. */
export function ApiProblems(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const statuses = [...new Set(codes.map((code) => ERROR_CODES[code].status))];
  const responses = statuses.map((status) => {
    const ofStatus = codes.filter((code) => ERROR_CODES[code].status === status);
    return ApiResponse({ status, ...problemResponse(ofStatus) });
  });
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}

/** The response object of one status: the codes by name, and a whole problem as the example of each. */
export function problemResponse(codes: readonly ErrorCode[]): {
  description: string;
  content: Record<string, { schema: { $ref: string }; examples: Record<string, { value: ProblemDto }> }>;
} {
  const examples = codes.map((code) => [code, { value: exampleOf(code) }] as const);
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].meaning}`).join('\n\n'),
    content: { [PROBLEM_TYPE]: { schema: { $ref: getSchemaPath('Problem') }, examples: Object.fromEntries(examples) } },
  };
}

function exampleOf(code: ErrorCode): ProblemDto {
  const waits = ERROR_CODES[code].status === 429 || ERROR_CODES[code].status === 503;
  return problemOf(
    {
      code,
      detail: ERROR_CODES[code].title,
      errorType: 'Example',
      ...(waits ? { retryAfterSeconds: 2 } : {}),
    },
    '0b6a1c1e-5a37-4c51-9a52-3d1f1a3f7b0e',
    '/api/v1/status',
  );
}
