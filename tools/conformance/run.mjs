/** `npm run conformance [-- --endpoints FILE] [--json]`: official clients, unmodified, against a local workspace. */
import { runBundled } from '../build/run-bundled.mjs';

await runBundled('conformance');
