/** What a process needs of the machine to run at all, on any platform. */
const machine = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'TEMP'];

/** Wishes that a developer may have about the app itself. */
const WISHES = [
  'LOG_LEVEL',
  'AGENT_BUILDER_UC_SCHEMA',
  'LAKESCOPE_RESULT_HOSTS',
  'LAKESCOPE_S3_ENDPOINTS',
  'LAKESCOPE_UC_SCHEMA',
  'LAKESCOPE_WEBHOOK_HOSTS',
  'METRICS_ALERT_ROWS',
  'METRICS_RING_SAMPLES',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
];

/** What the API gets of the caller's environment, wherever it runs. */
export function inheritedEnvironment(inherited: NodeJS.ProcessEnv): Record<string, string> {
  return pick(inherited, [...machine, ...WISHES]);
}

export function pick(environment: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
