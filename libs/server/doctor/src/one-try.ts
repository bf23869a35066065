import type { RetryPolicy } from '@lakescope/databricks-client';

/** No second attempt: who asks is a person who looks at the screen, and can ask again. */
export const ONE_TRY: RetryPolicy = { delaysMs: [], budgetMs: 0, waitWhenRateLimited: false };
