import { computed, effect, inject, type Signal, signal, untracked } from '@angular/core';
import { apiResource, detectServingSchema, type DetectedSchemaDto, type Problem } from '@lakescope/web-api';
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
export function endpointSchema(subject: () => Subject | undefined): EndpointSchema {
  const known = inject(KnownSchemas);
  const looks = signal(0);
  const remembered = computed(() => {
    const present = subject();
    return looks() > 0 || present === undefined ? undefined : known.of(present.name, present.updatedAt);
  });
  const detection = apiResource(detectServingSchema, () => {
    const present = subject();
    if (present === undefined || remembered() !== undefined) return undefined;
    return { path: { name: present.name }, query: looks() > 0 ? { refresh: true } : {} };
  });
  effect(() => {
    const schema = detection.value();
    const present = untracked(subject);
    if (schema !== undefined && schema.endpoint_name === present?.name) known.keep(schema, present.updatedAt);
  });
  return {
    schema: computed(() => {
      const schema = remembered() ?? detection.value();
      return schema?.endpoint_name === subject()?.name ? schema : undefined;
    }),
    problem: detection.problem,
    detectAgain: () => {
      const present = untracked(subject);
      if (present !== undefined) known.forget(present.name, present.updatedAt);
      looks.update((count) => count + 1);
    },
  };
}
