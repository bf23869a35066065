/** What a caller may do with an endpoint: each level contains those before it. */
export type ServingPermissionLevel = 'CAN_VIEW' | 'CAN_QUERY' | 'CAN_MANAGE';

export type ServingReadyState = 'READY' | 'NOT_READY';
export type ServingConfigUpdate = 'NOT_UPDATING' | 'IN_PROGRESS' | 'UPDATE_FAILED' | 'UPDATE_CANCELED';
export type ServedEntityDeployment =
  'DEPLOYMENT_CREATING' | 'DEPLOYMENT_READY' | 'DEPLOYMENT_FAILED' | 'DEPLOYMENT_ABORTED' | 'DEPLOYMENT_RECOVERING';

/** What an endpoint is for. Classic machine learning models have no task. */
export type ServingTask =
  'llm/v1/chat' | 'llm/v1/completions' | 'llm/v1/embeddings' | 'agent/v1/responses' | 'agent/v2/chat';

/** A pay-per-token model of the platform. */
export interface FoundationModel {
  name?: string;
  display_name?: string;
  docs?: string;
  description?: string;
}

/** A model of another provider. The secrets of its `<provider>_config` are references, never values. */
export interface ExternalModel {
  name?: string;
  provider?: string;
  task?: string;
  custom_provider_config?: { custom_provider_url?: string; bearer_token_auth?: { token?: string } };
  openai_config?: { openai_api_base?: string; openai_api_key?: string; openai_api_key_plaintext?: string };
}

/** A model behind an endpoint. A list carries only its name, the entity and the kind of model. */
export interface ServedEntity {
  name?: string;
  /** Three-level name of a registered model, or the name of a legacy workspace model. */
  entity_name?: string;
  entity_version?: string;
  foundation_model?: FoundationModel;
  external_model?: ExternalModel;
  workload_size?: string;
  workload_type?: string;
  scale_to_zero_enabled?: boolean;
  min_provisioned_throughput?: number;
  max_provisioned_throughput?: number;
  environment_vars?: Record<string, string>;
  creator?: string;
  /** Milliseconds since the epoch. */
  creation_timestamp?: number;
  state?: { deployment?: ServedEntityDeployment; deployment_state_message?: string };
}

export interface ServingRoute {
  served_model_name?: string;
  served_entity_name?: string;
  /** Whole percents; those of an endpoint add up to 100. */
  traffic_percentage: number;
}

export interface ServingConfig {
  served_entities?: ServedEntity[];
  traffic_config?: { routes?: ServingRoute[] };
}

export interface ServingRateLimit {
  calls?: number;
  tokens?: number;
  key?: 'user' | 'endpoint' | 'user_group' | 'service_principal';
  principal?: string;
  renewal_period: 'minute';
}

/** `GET /api/2.0/serving-endpoints/{name}`, and an item of the list. */
export interface ServingEndpoint {
  name: string;
  id?: string;
  creator?: string;
  description?: string;
  /** Milliseconds since the epoch. */
  creation_timestamp?: number;
  last_updated_timestamp?: number;
  task?: string;
  permission_level?: ServingPermissionLevel;
  route_optimized?: boolean;
  /** Readiness is `ready`; `config_update` stands beside it. */
  state?: { ready?: ServingReadyState; config_update?: ServingConfigUpdate };
  tags?: ServingTag[];
  config?: ServingConfig & { config_version?: number };
  pending_config?: (ServingConfig & { config_version?: number; start_time?: number }) | null;
  endpoint_url?: string | null;
  ai_gateway?: ServingAiGateway | null;
}

export interface ServingTag {
  key: string;
  value?: string;
}

export interface ServingAiGateway {
  rate_limits?: ServingRateLimit[];
  usage_tracking_config?: { enabled?: boolean };
}

/** `GET /api/2.0/serving-endpoints`: not paged, and without those the caller may not see. */
export interface ListServingEndpointsResponse {
  endpoints?: ServingEndpoint[];
}

/** `POST /api/2.0/serving-endpoints`. */
export interface CreateServingEndpointRequest {
  name: string;
  config?: ServingConfig;
  ai_gateway?: ServingAiGateway;
  tags?: ServingTag[];
  route_optimized?: boolean;
  description?: string;
}

/** `GET .../served-models/{served_name}/logs` and `/build-logs`. */
export interface ServedModelLogsResponse {
  logs?: string;
}

export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  content: string;
}

export interface TokenUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  total_tokens?: number;
}

/** What a chat endpoint answers to a request without `stream`. */
export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  /** Seconds since the epoch. */
  created: number;
  model: string;
  choices: { index: number; message: ChatMessage; finish_reason: string | null }[];
  usage?: TokenUsage;
}

/** One `data:` line of a stream; the last line is `[DONE]`. */
export interface ChatCompletionChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: { index: number; delta: { role?: string; content?: string }; finish_reason: string | null }[];
  usage?: TokenUsage;
}

export interface EmbeddingsResponse {
  object: 'list';
  model?: string;
  data: { index: number; object: 'embedding'; embedding: number[] | string }[];
  usage?: TokenUsage;
}
