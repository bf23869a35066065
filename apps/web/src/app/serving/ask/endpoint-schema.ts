import { computed, effect, inject, linkedSignal, type Signal, untracked } from '@angular/core';
import { apiResource, detectServingSchema, type DetectedSchemaDto, type Problem } from '@lakescope/web-api';
import { Session } from '../../shell/session';
import { KnownSchemas } from './known-schemas';

/** What an endpoint takes, known from before or detected now. */
export interface EndpointSchema {
  readonly schema: Signal<DetectedSchemaDto | undefined>;
  readonly problem: Signal<Problem | undefined>;
  /** Looks again, whatever is known. */
  detectAgain(): void;
}

interface Subject {
  readonly name: string;
  /** The time of its last change. */
  readonly updatedAt: string | null;
}

/** Follows an endpoint; undefined asks for nothing. */
export function endpointSchema(follow: () => Subject | undefined): EndpointSchema {
  // Read again it is the same endpoint, of which nothing new is to be found out.
  const subject = computed(follow, { equal: (a, b) => a?.name === b?.name && a?.updatedAt === b?.updatedAt });
  const known = inject(KnownSchemas);
  const session = inject(Session);
  const looks = linkedSignal<string | undefined, number>({ source: () => subject()?.name, computation: () => 0 });
  /** What one person may see of it is kept for that person. */
  const key = computed(() => {
    const [present, user] = [subject(), session.user()];
    return present && user && { user: user.user_id, endpoint: present.name, updatedAt: present.updatedAt };
  });
  const remembered = computed(() => {
    const present = key();
    return looks() > 0 || present === undefined ? undefined : known.of(present);
  });
  const detection = apiResource(detectServingSchema, () => {
    const present = subject();
    if (present === undefined || remembered() !== undefined) return undefined;
    // Who asks is known in a moment, and with it perhaps the answer.
    if (key() === undefined && session.isLoading()) return undefined;
    return { path: { name: present.name }, query: looks() > 0 ? { refresh: true } : {} };
  });
  effect(() => {
    const schema = detection.value();
    const present = untracked(key);
    if (schema !== undefined && schema.endpoint_name === present?.endpoint) known.keep(schema, present);
  });
  return {
    schema: computed(() => {
      const schema = remembered() ?? detection.value();
      return schema?.endpoint_name === subject()?.name ? schema : undefined;
    }),
    problem: detection.problem,
    detectAgain: () => {
      const present = untracked(key);
      if (present !== undefined) known.forget(present);
      looks.update((count) => count + 1);
    },
  };
}
