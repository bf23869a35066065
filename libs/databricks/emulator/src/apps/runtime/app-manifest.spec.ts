import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { givenFolder } from '../../testing/given-workspace';
import { readManifest } from './app-manifest';

describe('an app.yaml that is no YAML', () => {
  it('is told by what is wrong and the line, without what stands there', async () => {
    const folder = await givenFolder();
    await writeFile(join(folder, 'app.yaml'), 'env:\n  - name: KEY\n    value: "of-nobody-else"s business\n');
    const read = readManifest(folder);

    await expect(read).rejects.toThrow(/^app\.yaml is no YAML: [A-Z_]+ in line 3\.$/);
    await rm(folder, { recursive: true, force: true });
  });
});
