/** What one chunk of a streamed answer adds. */
export interface ChatChunk {
  readonly text: string;
  readonly tokens: number | undefined;
  readonly finish: string | undefined;
}

/** An answer breaks off with an event, because by then its status has long been sent. */
export interface StreamFailure {
  readonly code: string;
  readonly message: string;
}

function fieldsOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Not JSON: then it adds nothing.
    return {};
  }
}

/** From the data of an event; what says nothing adds nothing. */
export function chunkFrom(json: string): ChatChunk {
  const { choices, usage } = fieldsOf(json) as {
    choices?: { delta?: { content?: unknown }; finish_reason?: unknown }[];
    usage?: { completion_tokens?: unknown };
  };
  const first = Array.isArray(choices) ? choices[0] : undefined;
  const [text, tokens, finish] = [first?.delta?.content, usage?.completion_tokens, first?.finish_reason];
  return {
    text: typeof text === 'string' ? text : '',
    tokens: typeof tokens === 'number' ? tokens : undefined,
    finish: typeof finish === 'string' ? finish : undefined,
  };
}

export function failureFrom(json: string): StreamFailure {
  const { error_code: code, detail, title, message } = fieldsOf(json);
  const said = [detail, message, title].find((text) => typeof text === 'string' && text !== '');
  return {
    code: typeof code === 'string' ? code : 'UPSTREAM_ERROR',
    message: typeof said === 'string' ? said : $localize`The answer broke off.`,
  };
}
