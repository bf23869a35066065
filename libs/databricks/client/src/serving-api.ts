import type { Readable } from 'node:stream';
import type {
  ListServingEndpointsResponse,
  ServedModelLogsResponse,
  ServingEndpoint,
} from '@lakescope/databricks-wire';
import { defaults } from './defaults';
import type { AnswerHeaders } from './exchange';
import { encodeSegment } from './platform-path';
import type { Call, CallOptions, Credential, Transport } from './transport';
import { UploadContent } from './upload-content';

/** Output of the model's container, or of the build of its image. */
export type EndpointLogKind = 'service' | 'build';

export interface InvocationOptions extends CallOptions {
  /** Asks this one of the endpoint's models, whatever the traffic says. */
  servedEntity?: string;
  /** Asked before more bytes of an answer in one piece are held; false gives it up. */
  admit?: (bytes: number) => boolean;
  /** A call that may be made twice without harm; default: it is not repeated once the platform may have acted on it. */
  idempotent?: boolean;
}

/** What a model answered, as it came. */
export interface ModelAnswer<Body = Buffer> {
  body: Body;
  contentType: string | undefined;
  /** Header `served-model-name`: which of the endpoint's models it was. */
  servedEntity: string | undefined;
}

export type ModelStream = ModelAnswer<Readable>;

const BASE = '/api/2.0/serving-endpoints';

/**
 * Model serving: endpoints (`/api/2.0/serving-endpoints`) and their models (`/serving-endpoints/{name}/invocations`). As a person it takes
 * the scope `model-serving`; CAN_VIEW shows an endpoint, CAN_QUERY asks its models.
 */
export class ServingApi {
  constructor(
    private readonly transport: Transport,
    private readonly inference: Transport,
    private readonly credential: Credential,
  ) {}

  /** All endpoints the caller may see, with little about each: the platform does not page this list. */
  async listEndpoints(options: CallOptions = {}): Promise<ServingEndpoint[]> {
    const answer = await this.transport.json<ListServingEndpointsResponse>(this.credential, {
      ...options,
      method: 'GET',
      path: BASE,
    });
    return answer.endpoints ?? [];
  }

  async getEndpoint(name: string, options: CallOptions = {}): Promise<ServingEndpoint> {
    return this.transport.json(this.credential, { ...options, method: 'GET', path: endpointPath(name) });
  }

  /** Prometheus text. */
  async metrics(name: string, options: CallOptions = {}): Promise<string> {
    return this.text(`${endpointPath(name)}/metrics`, options);
  }

  /** The OpenAPI 3 document of a custom model, as text: requests and answers as its signature has them. */
  async openApi(name: string, options: CallOptions = {}): Promise<string> {
    return this.text(`${endpointPath(name)}/openapi`, options);
  }

  async logs(name: string, servedEntity: string, kind: EndpointLogKind, options: CallOptions = {}): Promise<string> {
    const leaf = kind === 'build' ? 'build-logs' : 'logs';
    const answer = await this.transport.json<ServedModelLogsResponse>(this.credential, {
      ...options,
      method: 'GET',
      path: `${endpointPath(name)}/served-models/${encodeSegment(servedEntity)}/${leaf}`,
      maximumBytes: defaults.endpointTextBytes,
    });
    return answer.logs ?? '';
  }

  /** Asks a model. The body is sent and the answer handed over byte by byte: nothing in between rounds a number. */
  async invoke(name: string, body: Uint8Array, options: InvocationOptions = {}): Promise<ModelAnswer> {
    const call = invocation(name, body, options);
    call.maximumBytes = defaults.predictionBytes;
    return answerOf(await this.inference.answer(this.credential, call));
  }

  /** Asks a model for an answer piece by piece, as server-sent events; the body says `"stream": true`. The signal ends the stream too. */
  async stream(name: string, body: Uint8Array, options: InvocationOptions = {}): Promise<ModelStream> {
    const call = invocation(name, body, options);
    return answerOf(
      await this.inference.stream(this.credential, {
        ...call,
        headers: { ...call.headers, accept: 'text/event-stream' },
      }),
    );
  }

  private text(path: string, options: CallOptions): Promise<string> {
    return this.transport.text(this.credential, {
      ...options,
      method: 'GET',
      path,
      headers: { accept: 'text/plain, application/json' },
      maximumBytes: defaults.endpointTextBytes,
    });
  }
}

function endpointPath(name: string): string {
  return `${BASE}/${encodeSegment(name)}`;
}

function invocation(name: string, body: Uint8Array, { servedEntity, ...options }: InvocationOptions): Call {
  const endpoint = `/serving-endpoints/${encodeSegment(name)}`;
  const model = servedEntity === undefined ? '' : `/served-models/${encodeSegment(servedEntity)}`;
  return {
    ...options,
    method: 'POST',
    path: `${endpoint}${model}/invocations`,
    headers: { 'content-type': 'application/json' },
    body: new UploadContent(body),
    circuit: endpoint,
    // A model that fails, or wakes up, says so by itself and speaks for nobody else; a gateway with nothing behind it is an outage.
    outages: [502, 504],
  };
}

function answerOf<Body>({ body, headers }: { body: Body; headers: AnswerHeaders }): ModelAnswer<Body> {
  return { body, contentType: headers.get('content-type'), servedEntity: headers.get('served-model-name') };
}
