import { appRows } from './app-rows';
import type { FixtureRow } from './fixture-row';
import { ingestionRows } from './ingestion-rows';
import { workRows } from './work-rows';

/** What stands in the tables of a fixture: each table has rows, and each column a value in one of them. */
export const fixtureRows: readonly FixtureRow[] = [...appRows, ...workRows, ...ingestionRows];
