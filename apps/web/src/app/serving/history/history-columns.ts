import { type CsvCell } from '@lakescope/web-ui';
import { type ListColumn } from '../shown-columns';
import { type HistoryLine } from './history-page';

export type HistoryColumn = 'status' | 'asked' | 'answered' | 'took' | 'tokens' | 'entity';

/** What may be left out of the history; when it was stays, as it is what opens an invocation. */
export const HISTORY_COLUMNS: readonly ListColumn<HistoryColumn>[] = [
  { key: 'status', name: $localize`Status` },
  { key: 'asked', name: $localize`Asked` },
  { key: 'answered', name: $localize`Answer` },
  { key: 'took', name: $localize`Took` },
  { key: 'tokens', name: $localize`Tokens` },
  { key: 'entity', name: $localize`Answered by` },
];

type Field = readonly [string, (line: HistoryLine) => CsvCell];

const FIELDS: Readonly<Record<HistoryColumn, readonly Field[]>> = {
  status: [
    ['status', ({ status }) => status],
    ['error_code', ({ errorCode }) => errorCode],
  ],
  asked: [
    ['inputs', ({ inputs }) => inputs],
    ['inputs_truncated', ({ isInputCut }) => String(isInputCut)],
  ],
  answered: [
    ['predictions', ({ predictions }) => predictions],
    ['predictions_truncated', ({ isAnswerCut }) => String(isAnswerCut)],
  ],
  took: [['execution_time_ms', ({ executionTimeMs }) => executionTimeMs]],
  tokens: [['total_tokens', ({ totalTokens }) => totalTokens]],
  entity: [['served_entity', ({ servedEntity }) => servedEntity]],
};

/** The history as lines of CSV with the names of the API: the columns that are shown, and what names an invocation. */
export function historyLines(
  lines: readonly HistoryLine[],
  shown: ReadonlySet<HistoryColumn>,
): readonly (readonly CsvCell[])[] {
  const fields: readonly Field[] = [
    ['request_id', ({ requestId }) => requestId],
    ['created_at', ({ createdAt }) => createdAt],
    ...HISTORY_COLUMNS.filter(({ key }) => shown.has(key)).flatMap(({ key }) => FIELDS[key]),
  ];
  return [fields.map(([name]) => name), ...lines.map((line) => fields.map(([, cell]) => cell(line)))];
}
