/** `npm run schema-fixture -- NAME [--until MIGRATION]`: writes a populated schema that the tests of migrations start from. */
import { runBundled } from '../build/run-bundled.mjs';

await runBundled('schema-fixture');
