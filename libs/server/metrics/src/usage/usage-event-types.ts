/** What people do that is told to the server. The list is closed: readers group by it. */
export const USAGE_EVENT_TYPES = [
  'page_view',
  'button_click',
  'form_submit',
  'query_executed',
  'model_invoked',
  'preference_changed',
  'data_source_selected',
  'schema_detected',
  'file_uploaded',
  'export_triggered',
] as const;

export type UsageEventType = (typeof USAGE_EVENT_TYPES)[number];
