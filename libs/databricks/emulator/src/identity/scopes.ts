/** The families of APIs this workspace has, each with its own scope. */
export type ApiFamily =
  | 'current-user'
  | 'unity-catalog'
  | 'files'
  | 'database'
  | 'access-management'
  | 'apps'
  | 'tokens'
  | 'mlflow'
  | 'secrets'
  | 'jobs'
  | 'sql'
  | 'serving'
  | 'serving-inference'
  | 'workspace';

/**
 * Which scopes open which family; the first is the one the platform names when it refuses. Older names are still
 * honoured. `all-apis` opens everything, and everybody may ask who they are. The names come from
 * the platform's list of API scopes. Which of them the Token API asks for is not established: `authentication` is a guess.
 */
const OPENED_BY: Readonly<Record<Exclude<ApiFamily, 'current-user'>, readonly [string, ...string[]]>> = {
  'unity-catalog': ['unity-catalog'],
  files: ['files', 'files.files'],
  database: ['postgres'],
  'access-management': ['access-management'],
  apps: ['apps'],
  tokens: ['authentication'],
  mlflow: ['mlflow'],
  secrets: ['secrets'],
  jobs: ['jobs'],
  sql: ['sql'],
  serving: ['model-serving', 'serving.serving-endpoints'],
  'serving-inference': ['model-serving', 'model-serving-inference', 'serving.serving-endpoints'],
  workspace: ['workspace', 'workspace.workspace'],
};

/** Scopes a client may ask the token endpoint for. */
export const OFFERED_SCOPES: readonly string[] = [
  'all-apis',
  'openid',
  'profile',
  'email',
  'offline_access',
  'access-management',
  'apps',
  'authentication',
  'clusters',
  'files',
  'jobs',
  'mlflow',
  'model-serving',
  'model-serving-inference',
  'postgres',
  'secrets',
  'sql',
  'unity-catalog',
  'workspace',
];

/** Granted to every app without being asked for; asking for them is an error on the platform. */
export const ALWAYS_GRANTED_SCOPES: readonly string[] = ['iam.current-user:read', 'iam.access-control:read'];

/** What the local app asks for on behalf of its users, its `user_api_scopes`. */
export const APP_SCOPES: readonly string[] = ['files', 'model-serving', 'postgres', 'sql', 'unity-catalog'];

/** The scope a token lacks for an API, if any. */
export function missingScope(family: ApiFamily, granted: readonly string[]): string | undefined {
  if (family === 'current-user' || granted.includes('all-apis')) return undefined;
  const accepted = OPENED_BY[family];
  return accepted.some((scope) => granted.includes(scope)) ? undefined : accepted[0];
}

/** A scope parameter or claim as a list without duplicates. */
export function parseScopes(text: string): readonly string[] {
  return [...new Set(text.split(' ').filter((scope) => scope !== ''))];
}
