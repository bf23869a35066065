import type { ProblemForm } from '@lakescope/server-http';

const GATEWAY = '/api/v1/operations';

/** Callers of the operations gateway find what went wrong in `error`, beside the `status` that every problem has. */
export function withGatewayErrors(form: ProblemForm): ProblemForm {
  return (request, problem) =>
    form(request, problem.instance === GATEWAY ? { ...problem, error: problem.detail } : problem);
}
