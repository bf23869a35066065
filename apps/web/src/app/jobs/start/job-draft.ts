import { type JobConfigDto, type PlanJobDto } from '@lakescope/web-api';

/** A decision about a table whose source was reset. */
export type ResetDecision = 'rebuild' | 'continue';

/** The fields of the form, by their names there; they are called the same in the address. */
export const DRAFT_FIELDS = [
  'from',
  'manifest',
  'to',
  'target',
  'include',
  'exclude',
  'mode',
  'on_poison',
  'parallel_tables',
  'beyond_fence',
  'even_unchanged',
  'rewrite_from',
  'rewrite_to',
] as const;
export type DraftField = (typeof DRAFT_FIELDS)[number];

/** What the fields hold: texts, as people type them; a box that is ticked holds `on`. */
export type JobDraft = Readonly<Record<DraftField, string>>;

const ON = 'on';

/** The fields as something else holds them; what it does not hold is empty. */
export function draftFrom(read: (field: DraftField) => string | null | undefined): JobDraft {
  return Object.fromEntries(DRAFT_FIELDS.map((field) => [field, read(field) ?? ''])) as JobDraft;
}

/** What the fields ask for; what is left empty is left to the server. */
export function requestOf(draft: JobDraft, resets: ReadonlyMap<string, ResetDecision>): PlanJobDto {
  const include = patternsOf(draft.include);
  const exclude = patternsOf(draft.exclude);
  const [from, to] = [draft.rewrite_from.trim(), draft.rewrite_to.trim()];
  return {
    source: { ...connectionOf(draft.from), manifest_uri: draft.manifest.trim() },
    target: { ...connectionOf(draft.to), uri: draft.target.trim() },
    mode: draft.mode === 'copy' ? 'copy' : 'reference',
    on_poison: draft.on_poison === 'stop' ? 'stop' : 'continue',
    ...(include.length > 0 ? { include } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(draft.parallel_tables.trim() === '' ? {} : { parallel_tables: Number(draft.parallel_tables) }),
    ...(draft.beyond_fence === ON ? { enforce_fence: false } : {}),
    ...(draft.even_unchanged === ON ? { ignore_unchanged_manifest: true } : {}),
    ...(from !== '' || to !== '' ? { path_rewrite: { from, to } } : {}),
    ...(resets.size > 0 ? { resets: [...resets].map(([table, decision]) => ({ table, decision })) } : {}),
  };
}

/** The fields that ask for what a run did. Decisions about resets are none of them: they were about what it found. */
export function draftOf({ source, include, exclude, path_rewrite: rewrite, ...others }: JobConfigDto): JobDraft {
  return draftOfRequest({
    ...others,
    source: { connection_id: source.connection_id, manifest_uri: source.uri },
    ...(include === null ? {} : { include }),
    ...(exclude === null ? {} : { exclude }),
    ...(rewrite === null ? {} : { path_rewrite: rewrite }),
  });
}

/** The fields that ask for the same, without decisions about resets. */
export function draftOfRequest(request: PlanJobDto): JobDraft {
  const { source, target, include = [], exclude = [], parallel_tables: parallel, path_rewrite: rewrite } = request;
  const fields: Partial<JobDraft> = {
    from: source.connection_id ?? '',
    manifest: source.manifest_uri,
    to: target.connection_id ?? '',
    target: target.uri,
    include: include.join(', '),
    exclude: exclude.join(', '),
    mode: request.mode ?? '',
    on_poison: request.on_poison ?? '',
    parallel_tables: parallel === undefined ? '' : String(parallel),
    beyond_fence: request.enforce_fence === false ? ON : '',
    even_unchanged: request.ignore_unchanged_manifest === true ? ON : '',
    rewrite_from: rewrite?.from ?? '',
    rewrite_to: rewrite?.to ?? '',
  };
  return draftFrom((field) => fields[field]);
}

/** Into the address: what is as the form has it anyway needs no word there. */
export function draftAddress(draft: JobDraft): Readonly<Record<DraftField, string | null>> {
  const usual: Partial<JobDraft> = { mode: 'reference', on_poison: 'continue' };
  return Object.fromEntries(
    DRAFT_FIELDS.map((field) => {
      const value = draft[field].trim();
      return [field, value === '' || value === usual[field] ? null : value];
    }),
  ) as Record<DraftField, string | null>;
}

/** Whether something is asked for that the form keeps under its further options. */
export function hasFurtherOptions(draft: JobDraft): boolean {
  const { on_poison, parallel_tables, beyond_fence, even_unchanged, rewrite_from, rewrite_to } = draft;
  return (
    on_poison === 'stop' || [parallel_tables, beyond_fence, even_unchanged, rewrite_from, rewrite_to].some(Boolean)
  );
}

/** Whether two requests that were made from fields, or the same parts of them, ask for the same. */
export function isSameRequest(one: Partial<PlanJobDto> | undefined, other: Partial<PlanJobDto> | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Names and patterns as people type or paste them: with commas, blanks or lines between them. */
export function patternsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((pattern) => pattern !== '');
}

function connectionOf(id: string): { connection_id?: string } {
  return id === '' ? {} : { connection_id: id };
}

/** Paths of a request whose fields are under the further options. */
export const FURTHER: ReadonlySet<string> = new Set(['parallel_tables', 'path_rewrite.from', 'path_rewrite.to']);

/** Paths of a request that have a field here which shows what is said of them. */
export const SHOWN: ReadonlySet<string> = new Set([
  'source.connection_id',
  'source.manifest_uri',
  'target.connection_id',
  'target.uri',
  'include',
  'exclude',
  ...FURTHER,
]);
