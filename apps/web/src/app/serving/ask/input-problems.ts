import { type Problem } from '@lakescope/web-api';

/** What the server found wrong with a request, by JSON pointer into the inputs; none when it says something else. */
export function inputProblems(
  problem: Problem | undefined,
): readonly { readonly pointer: string; readonly message: string }[] {
  const problems = problem?.code === 'INVALID_MODEL_INPUT' ? problem.details['problems'] : undefined;
  if (!Array.isArray(problems)) return [];
  return problems.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return [];
    const { pointer, message } = one as Record<string, unknown>;
    return typeof pointer === 'string' && typeof message === 'string' ? [{ pointer, message }] : [];
  });
}
