/** What one call was given, by where it goes. */
export interface Given {
  body?: unknown;
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, unknown>>;
}

/** Bytes of a file; a stream can be sent once only, so a call with one is never repeated. */
export type Bytes = Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** The address of a call. Throws a TypeError for a path parameter that is missing, or would be another path. */
export function addressOf(baseUrl: string, template: string, { path = {}, query = {} }: Given): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(path[name] ?? '');
    // URLs resolve these away, also when they are percent-encoded.
    if (['', '.', '..'].includes(value))
      throw new TypeError(`Path parameter ${name} cannot be ${JSON.stringify(value)}`);
    return encodeURIComponent(value);
  });
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${filled}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
    }
  }
  return url.href;
}

export function headersOf({ headers = {} }: Given): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** What goes over the wire: bytes as they are, anything else as JSON. */
export function payloadOf(body: unknown): { type: string; init: RequestInit } | undefined {
  if (body === undefined) return undefined;
  if (!isBytes(body)) return { type: 'application/json', init: { body: JSON.stringify(body) } };
  // Fetch sends a stream only to whoever says that the answer is read after it; the types of Node do not know the word.
  return { type: 'application/octet-stream', init: { body, ...(isStream(body) ? { duplex: 'half' } : {}) } };
}

export function isStream(body: unknown): body is ReadableStream<Uint8Array> {
  return body instanceof ReadableStream;
}

function isBytes(body: unknown): body is Bytes {
  return body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body) || isStream(body);
}
