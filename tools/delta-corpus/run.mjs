/** `node tools/delta-corpus/run.mjs`: writes the small tables of libs/delta/corpus anew. */
import { runBundled } from '../build/run-bundled.mjs';

await runBundled('delta-corpus');
