/** The Autoscaling endpoint every local workspace starts with; its host is the gateway. */
export const DEFAULT_ENDPOINT = 'projects/lakescope/branches/production/endpoints/primary';
