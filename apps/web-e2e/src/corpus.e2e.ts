import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './test';

const corpus = process.env['LAKESCOPE_DELTA_CORPUS'];
const CLASSES =
  /^(basic|partitioned|time-travel|classic-checkpoint|multipart-checkpoint|v2-checkpoint|deletion-vectors)\//;

/** Name and rows of each table that has to be readable, from the index of the mounted corpus. */
function readableTables(folder: string): { table: string; rows: number }[] {
  const [header = '', ...lines] = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trimEnd().split('\n');
  const names = header.split('\t');
  return lines
    .map((line) => line.split('\t'))
    .filter((values) => values[names.indexOf('expectation')] === 'ok' && CLASSES.test(values[0] ?? ''))
    .map((values) => ({ table: values[0] ?? '', rows: Number(values[names.indexOf('expected_rows')]) }));
}

if (corpus !== undefined) {
  test('every readable table of the corpus shows schema, history and rows', async ({ page, product }) => {
    test.setTimeout(300_000);
    for (const { table, rows } of readableTables(corpus)) {
      await test.step(table, async () => {
        const path = encodeURIComponent(`/Volumes/lakescope/mounts/corpus/${table}`);
        const main = page.getByRole('main');
        await product.open(`/delta?path=${path}`);
        const shown = main
          .getByRole('term')
          .filter({ hasText: /^Rows$/ })
          .locator('xpath=following-sibling::*[1]');
        await expect(shown).toContainText(rows.toLocaleString('en-GB'));

        // A tab stands in the URL before its content does: until then what is in sight belongs to the one before.
        const turnTo = async (tab: string) => {
          await main.getByRole('link', { name: tab, exact: true }).click();
          await expect(page).toHaveURL(new RegExp(`tab=${tab.toLowerCase()}`));
          await expect(main.getByRole('link', { name: tab, exact: true })).toHaveAttribute('aria-current', 'page');
        };
        await turnTo('Schema');
        await expect(main.getByRole('row').nth(1)).toBeVisible();
        await expect(main.getByRole('alert')).toHaveCount(0);

        await turnTo('History');
        const history = page
          .getByRole('list', { name: 'Commits, newest first' })
          .or(page.getByText('No commit can be read any more'));
        await expect(history).toBeVisible();

        await turnTo('Preview');
        if (rows === 0) await expect(page.getByText('This version has no rows')).toBeVisible();
        else await expect(page.locator('[data-cell="0:0"]')).toBeVisible();
        await expect(main.getByRole('alert')).toHaveCount(0);
      });
    }
  });
}
