import { type PlanJobDto } from '@lakescope/web-api';

/** A decision about a table whose source was reset. */
export type ResetDecision = 'rebuild' | 'continue';

/** The fields of the form, by their names there. */
export type ReadField = (name: string) => string;

/** What the fields ask for; what is left empty is left to the server. */
export function requestOf(read: ReadField, resets: ReadonlyMap<string, ResetDecision>): PlanJobDto {
  const include = patternsOf(read('include'));
  const exclude = patternsOf(read('exclude'));
  const [from, to] = [read('rewrite_from').trim(), read('rewrite_to').trim()];
  return {
    source: { ...connectionOf(read('source_connection')), manifest_uri: read('manifest').trim() },
    target: { ...connectionOf(read('target_connection')), uri: read('target').trim() },
    mode: read('mode') === 'copy' ? 'copy' : 'reference',
    on_poison: read('on_poison') === 'stop' ? 'stop' : 'continue',
    ...(include.length > 0 ? { include } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(from !== '' || to !== '' ? { path_rewrite: { from, to } } : {}),
    ...(resets.size > 0 ? { resets: [...resets].map(([table, decision]) => ({ table, decision })) } : {}),
  };
}

/** Names and patterns as people type or paste them: with commas, blanks or lines between them. */
export function patternsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((pattern) => pattern !== '');
}

function connectionOf(id: string): { connection_id?: string } {
  return id === '' ? {} : { connection_id: id };
}
