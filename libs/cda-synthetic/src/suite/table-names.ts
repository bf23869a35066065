/** What is invented of a table before its first row. */
export interface TableSketch {
  readonly name: string;
  readonly kind: 'entity' | 'typelist' | 'localization';
}

/** Entities in the words of insurance; `account`, `policy` and `claim` come first, so that the smallest suite has them. */
const ENTITIES = [
  [
    'pc',
    ['account', 'policy', 'policyperiod', 'job', 'policyline', 'coverage', 'vehicle', 'driver', 'building', 'form'],
  ],
  ['cc', ['claim', 'exposure', 'incident', 'reserve', 'check', 'payment', 'matter', 'document', 'note', 'recovery']],
  [
    'bc',
    ['invoice', 'charge', 'disbursement', 'commission', 'paymentplan', 'ledger', 'producer', 'writeoff', 'delinquency'],
  ],
] as const;
const COMMON = [
  ...[
    'address',
    'contact',
    'user',
    'group',
    'role',
    'activity',
    'history',
    'message',
    'region',
    'holiday',
    'credential',
  ],
  ...[
    'authority',
    'organization',
    'question',
    'answer',
    'rate',
    'rule',
    'territory',
    'transaction',
    'workflow',
    'zone',
  ],
  ...['contingency', 'reason', 'segment', 'subject', 'team', 'template', 'tier', 'unit', 'variant', 'notification'],
] as const;

/** Names of InsuranceSuite's shape, all different, the well-known ones first; a third typelists, some of them translated. */
export function tableNames(count: number): TableSketch[] {
  const entities = entityNames();
  const sketches: TableSketch[] = [];
  for (const name of entities) {
    const [suite = '', noun = ''] = name.split('_', 2);
    const typelist = `${suite.replace('x', '')}tl_${noun}status`;
    sketches.push({ name, kind: 'entity' });
    if (sketches.length % 3 === 2) sketches.push({ name: typelist, kind: 'typelist' });
    if (sketches.length % 9 === 0) sketches.push({ name: `${typelist}_l10n`, kind: 'localization' });
  }
  const unique = new Map(sketches.map((sketch) => [sketch.name, sketch]));
  return firstOnes([...unique.values()], count);
}

/** The first three entities make a suite of three tables; from four on a typelist is among them. */
function firstOnes(sketches: readonly TableSketch[], count: number): TableSketch[] {
  const [three, rest] = [['pc_account', 'pc_policy', 'cc_claim'], sketches];
  const first = three.map((name): TableSketch => ({ name, kind: 'entity' }));
  return [...first, ...rest.filter(({ name }) => !three.includes(name))].slice(0, count);
}

function* entityNames(): Generator<string> {
  const longest = Math.max(...ENTITIES.map(([, nouns]) => nouns.length));
  for (let index = 0; index < longest; index += 1) {
    for (const [suite, nouns] of ENTITIES) if (nouns[index] !== undefined) yield `${suite}_${nouns[index]}`;
  }
  for (const noun of COMMON) for (const [suite] of ENTITIES) yield `${suite}_${noun}`;
  // Extensions of the insurer's own, as many as are asked for.
  for (let number = 1; number <= 9; number += 1) {
    for (const [suite, nouns] of ENTITIES) {
      for (const noun of [...nouns, ...COMMON]) yield `${suite}x_${noun}_ext${number === 1 ? '' : number}`;
    }
  }
}
