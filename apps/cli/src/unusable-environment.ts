import type { Environment } from '@lakescope/server-config';
import type { DoctorReport } from '@lakescope/server-doctor';
import { readSettings } from './developer-environment';
import { doctorCommand, settingsName } from './settings-name';

/** The report on an environment that the API would refuse to start with: which variable, what it has to be, and where it is to be changed. */
export async function unusableEnvironment(
  problems: readonly string[],
  settings: string,
  shell: Environment,
): Promise<DoctorReport> {
  const file = await readSettings(settings);
  const problemsByPlace = new Map<string, string[]>();
  for (const problem of problems) {
    const place = placeOf(variablesIn(problem), { shell, file, settings });
    problemsByPlace.set(place, [...(problemsByPlace.get(place) ?? []), problem]);
  }
  const variables = [...new Set(problems.flatMap(variablesIn))];
  return {
    ready: false,
    items: [
      {
        id: 'environment',
        title: 'The environment can be used',
        state: 'failed',
        detail: `It cannot, because of ${variables.join(', ')}.`,
        fix: [...problemsByPlace].map(([place, there]) => `${place}: ${there.join('; ')}.`).join(' '),
      },
    ],
    checkedAt: new Date(),
  };
}

/** The shell comes before the file; what is set nowhere is asked for by the doctor. */
function placeOf(
  variables: readonly string[],
  { shell, file, settings }: { shell: Environment; file: Environment; settings: string },
): string {
  if (variables.some((name) => isSet(shell[name]))) return 'In the shell';
  if (variables.some((name) => isSet(file[name]))) return `In ${settingsName(settings)}`;
  return `${doctorCommand(settings)} asks for what is missing`;
}

function variablesIn(problem: string): readonly string[] {
  return problem.match(/\b[A-Z]+(?:_[A-Z]+)+\b|\bPG[A-Z]+\b/g) ?? [];
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}
