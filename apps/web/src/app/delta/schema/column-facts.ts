/** Something the schema says about a column, in words, and the value of it. */
export interface ColumnFact {
  readonly label: string;
  readonly value: string;
}

type Metadata = Readonly<Record<string, unknown>>;

/** Metadata that has a place of its own on the page. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  'comment',
  'delta.columnMapping.physicalName',
  'delta.generationExpression',
]);

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `{"expression":{"expression":"x > 3"}}`, as Delta keeps an invariant; anything else as it stands. */
function invariant(value: unknown): string {
  if (typeof value !== 'string') return text(value);
  try {
    const parsed = JSON.parse(value) as { expression?: { expression?: unknown } } | null;
    const condition = parsed?.expression?.expression;
    return typeof condition === 'string' ? condition : value;
  } catch {
    return value;
  }
}

function typeChanges(value: unknown): readonly ColumnFact[] {
  if (!Array.isArray(value)) return [{ label: $localize`type changes`, value: text(value) }];
  return (value as readonly unknown[]).map((change) => {
    const { fromType, toType, fieldPath, tableVersion } = (change ?? {}) as Metadata;
    const where = fieldPath === undefined ? '' : ` (${text(fieldPath)})`;
    const when = tableVersion === undefined ? '' : $localize` in version ${text(tableVersion)}:version:`;
    return { label: $localize`type changed`, value: `${text(fromType)} → ${text(toType)}${where}${when}` };
  });
}

/** What is kept of the elements, keys and values below a column, by their paths: `{"tags.element":"ICU.de"}`. */
function byPath(label: string, value: unknown): readonly ColumnFact[] {
  if (typeof value !== 'object' || value === null) return [{ label, value: text(value) }];
  return Object.entries(value).map(([path, one]) => ({ label: `${label} (${path})`, value: text(one) }));
}

function identity(metadata: Metadata): readonly ColumnFact[] {
  const start = metadata['delta.identity.start'];
  if (start === undefined) return [];
  const step = text(metadata['delta.identity.step'] ?? 1);
  const highest = metadata['delta.identity.highWaterMark'];
  const by = metadata['delta.identity.allowExplicitInsert'] === true ? $localize`by default` : $localize`always`;
  const reached = highest === undefined ? '' : $localize`, reached ${text(highest)}:highest:`;
  return [
    {
      label: $localize`identity`,
      value: $localize`${by}:how: from ${text(start)}:start: by ${step}:step:${reached}:reached:`,
    },
  ];
}

/** Everything else the schema says of a column: what the protocol defines in words, the rest as it stands. */
export function columnFacts(metadata: Metadata): readonly ColumnFact[] {
  const facts: ColumnFact[] = [...identity(metadata)];
  for (const [key, value] of Object.entries(metadata)) {
    if (SHOWN_ELSEWHERE.has(key) || key.startsWith('delta.identity.')) continue;
    switch (key) {
      case 'delta.columnMapping.id':
        facts.push({ label: $localize`mapping id`, value: text(value) });
        break;
      case 'CURRENT_DEFAULT':
        facts.push({ label: $localize`default`, value: text(value) });
        break;
      case 'EXISTS_DEFAULT':
        facts.push({ label: $localize`default of older rows`, value: text(value) });
        break;
      case 'delta.invariants':
        facts.push({ label: $localize`invariant`, value: invariant(value) });
        break;
      case 'delta.typeChanges':
        facts.push(...typeChanges(value));
        break;
      case 'delta.columnMapping.nested.ids':
        facts.push(...byPath($localize`mapping id`, value));
        break;
      case '__COLLATIONS':
        facts.push(...byPath($localize`collation`, value));
        break;
      case '__CHAR_VARCHAR_TYPE_STRING':
        facts.push({ label: $localize`declared as`, value: text(value) });
        break;
      default:
        facts.push({ label: key, value: text(value) });
    }
  }
  return facts;
}

const CONSTRAINT = 'delta.constraints.';

/** The conditions that every row of the table meets, by name. */
export function constraintsOf(properties: Readonly<Record<string, string>>): readonly ColumnFact[] {
  return Object.entries(properties)
    .filter(([key]) => key.startsWith(CONSTRAINT))
    .map(([key, value]) => ({ label: key.slice(CONSTRAINT.length), value }));
}
