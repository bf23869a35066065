import { HttpClient } from '@angular/common/http';
import { computed, inject, resource, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { Toasts } from './toasts';

const PERSONAS = '/.local/personas';
const PERSONA = '/.local/persona';

/**
 * The local apps proxy can sign the browser in as somebody else. Only that proxy has this path: a deployed app answers
 * its page or nothing, and then there is no switch. It is not part of the API's contract, hence no generated client.
 */
@Service()
export class Personas {
  private readonly http = inject(HttpClient);
  private readonly toasts = inject(Toasts);
  private readonly known = resource({ loader: () => this.load() });

  readonly names = computed(() => (this.known.hasValue() ? this.known.value().names : []));
  readonly current = computed(() => (this.known.hasValue() ? this.known.value().current : undefined));

  async switchTo(persona: string): Promise<void> {
    try {
      await firstValueFrom(this.http.post(PERSONA, { persona }, { responseType: 'text' }));
      location.reload();
    } catch {
      this.toasts.show($localize`${persona}:persona: could not be signed in`);
    }
  }

  private async load(): Promise<{ names: string[]; current: string | undefined }> {
    const nobody = { names: [], current: undefined };
    try {
      return personasIn(JSON.parse(await firstValueFrom(this.http.get(PERSONAS, { responseType: 'text' })))) ?? nobody;
    } catch {
      return nobody;
    }
  }
}

/** Reads what the proxy answers without trusting that it is the proxy who does. */
export function personasIn(answer: unknown): { names: string[]; current: string | undefined } | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { personas, current } = answer as Record<string, unknown>;
  if (!Array.isArray(personas)) return undefined;
  const names = personas.flatMap((entry: unknown) => {
    const name = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)['name'] : undefined;
    return typeof name === 'string' ? [name] : [];
  });
  return { names, current: typeof current === 'string' ? current : undefined };
}
