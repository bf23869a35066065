import type { InvalidField, ProblemDto } from '@lakescope/server-http';
import type { Alias } from './alias-table';

/** The query with the names its parameters have now, and with those it had no name for; all else keeps its name, order and repetitions. */
export function presentNames(query: string, { renamed = {}, adds = {} }: Alias): string {
  if (Object.keys(renamed).length === 0 && Object.keys(adds).length === 0) return query;
  const parameters = [...new URLSearchParams(query)].map(([name, value]): [string, string] => [
    renamed[name] ?? name,
    value,
  ]);
  parameters.push(...Object.entries(adds).filter(([added]) => !parameters.some(([name]) => name === added)));
  return new URLSearchParams(parameters).toString();
}

/** A problem that speaks of parameters by the names they were sent by. */
export function formerNames(problem: ProblemDto, alias: Alias | undefined): ProblemDto {
  const fields = problem.technical_details['fields'];
  const renamed = alias?.body?.renamed ?? alias?.renamed;
  if (renamed === undefined || !Array.isArray(fields)) return problem;
  const names = Object.entries(renamed);
  const former = (text: string): string =>
    names.reduce(
      (words, [then, now]) =>
        words.replace(new RegExp(`(?<![\\w./])${now.replaceAll('.', '\\.')}(?![\\w./])`, 'g'), then),
      text,
    );
  return {
    ...problem,
    detail: former(problem.detail),
    technical_details: {
      ...problem.technical_details,
      fields: (fields as InvalidField[]).map(({ path, message }) => ({ path: former(path), message: former(message) })),
    },
  };
}
