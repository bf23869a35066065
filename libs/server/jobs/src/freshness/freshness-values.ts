export const FRESHNESS_STATES = ['fresh', 'late', 'blocked', 'unknown'] as const;

/**
 * `late`: further behind than the threshold. `blocked`: nothing comes until somebody does something. `unknown`: there is no threshold for a
 * table that is behind, nothing of it is ingested, or its source was not looked at for longer than the threshold.
 */
export type FreshnessState = (typeof FRESHNESS_STATES)[number];

export const FRESHNESS_ORDERS = ['lag', 'name'] as const;
export type FreshnessOrder = (typeof FRESHNESS_ORDERS)[number];

/** A year: longer is no threshold any more. */
export const MOST_MINUTES = 525_600;

/** Names of tables as manifests have them. */
export const TABLE_NAME = /^[a-z0-9_]{1,200}$/;
