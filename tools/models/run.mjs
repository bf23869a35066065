/** `npm run models`: trains the models of the demo lake anew from the open data and writes their files. */
import { runBundled } from '../build/run-bundled.mjs';

await runBundled('models');
