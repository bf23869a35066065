/** `npm run cda -- create|next|expected TARGET`: synthetic data in the layout of Guidewire CDA; `npm run cda -- help` says more. */
import { runBundled } from '../build/run-bundled.mjs';

await runBundled('cda-synthetic', { entryPoints: { main: 'tools/cda/main.ts' } });
