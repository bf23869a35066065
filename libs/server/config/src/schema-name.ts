/**
 * A schema of Unity Catalog as `catalog.schema`: split at the first dot, both halves non-empty, and nothing in them that could lead
 * elsewhere when a path is made of them.
 */
export const SCHEMA_NAME =
  /^(?!(?:%2[eE]){1,2}\.)[^\p{Cc}\p{Cs}\s./\\]+\.(?!(?:\.|%2[eE]){1,2}$)[^\p{Cc}\p{Cs}\s/\\]+$/u;
