/** The Autoscaling endpoint every local workspace starts with; its host is the gateway. */
export const DEFAULT_ENDPOINT = 'projects/lakescope/branches/production/endpoints/primary';

/** The branch it belongs to. */
export const DEFAULT_BRANCH = DEFAULT_ENDPOINT.split('/').slice(0, 4).join('/');
