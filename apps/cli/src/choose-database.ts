import type { Asker } from './asker';
import { CommandFailed, EXIT } from './exit-code';
import type { LakebaseChoice } from './lakebase-choices';

export interface Preferences {
  /** Must be this one. */
  readonly wished: string | undefined;
  /** Names that are proposed first, in this order. */
  readonly named: readonly (string | undefined)[];
}

/** One of the databases there are: the one that is wished for, else the one a person picks, else the only one, or the first that something names. */
export async function chooseDatabase(
  choices: readonly LakebaseChoice[],
  { wished, named }: Preferences,
  asker: Asker,
): Promise<LakebaseChoice> {
  const names = choices.map(({ name }) => name).join(', ');
  if (wished !== undefined) {
    const choice = choices.find(({ name }) => name === wished);
    if (choice === undefined) throw new CommandFailed(`You see no ${wished} in this workspace. There is: ${names}.`);
    return choice;
  }
  const sorted = inOrder(choices, named);
  const picked = await asker.choose(
    'Which database?',
    sorted.map((choice) => ({ name: describe(choice), value: choice })),
  );
  if (picked !== undefined) return picked;
  const [first] = sorted;
  if (first === undefined || (sorted.length > 1 && !named.includes(first.name))) {
    throw new CommandFailed(
      `There is more than one database: name one of them by --instance or --endpoint: ${names}.`,
      EXIT.usage,
    );
  }
  return first;
}

function inOrder(choices: readonly LakebaseChoice[], named: Preferences['named']): LakebaseChoice[] {
  const rank = ({ name }: LakebaseChoice): number => (named.includes(name) ? named.indexOf(name) : named.length);
  return [...choices].sort((one, other) => rank(one) - rank(other));
}

function describe({ kind, name, host, state }: LakebaseChoice): string {
  return `${name} (${kind === 'provisioned' ? 'Provisioned' : 'Autoscaling'}, ${state.toLowerCase()}, ${host})`;
}
