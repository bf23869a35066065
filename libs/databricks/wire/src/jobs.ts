/** Ids of jobs and runs are int64; those of the local workspace stay below 2^53. Times are milliseconds since the epoch. */

export type RunLifeCycleState =
  | 'QUEUED'
  | 'PENDING'
  | 'RUNNING'
  | 'TERMINATING'
  | 'TERMINATED'
  | 'SKIPPED'
  | 'INTERNAL_ERROR'
  | 'BLOCKED'
  | 'WAITING_FOR_RETRY';

export type RunResultState =
  | 'SUCCESS'
  | 'FAILED'
  | 'TIMEDOUT'
  | 'CANCELED'
  | 'MAXIMUM_CONCURRENT_RUNS_REACHED'
  | 'EXCLUDED'
  | 'SUCCESS_WITH_FAILURES'
  | 'UPSTREAM_FAILED'
  | 'UPSTREAM_CANCELED';

export type RunTerminationCode =
  | 'SUCCESS'
  | 'SUCCESS_WITH_FAILURES'
  | 'CANCELED'
  | 'USER_CANCELED'
  | 'SKIPPED'
  | 'RUN_EXECUTION_ERROR'
  | 'INVALID_RUN_CONFIGURATION'
  | 'DRIVER_ERROR'
  | 'RESOURCE_NOT_FOUND'
  | 'UNAUTHORIZED_ERROR'
  | 'MAX_CONCURRENT_RUNS_EXCEEDED'
  | 'INTERNAL_ERROR';

export type RunTrigger = 'PERIODIC' | 'ONE_TIME' | 'RETRY';

/** How a run stands, as the API said it first; waiters of the SDKs read it. */
export interface RunState {
  life_cycle_state?: RunLifeCycleState;
  result_state?: RunResultState;
  state_message?: string;
  user_cancelled_or_timedout?: boolean;
}

/** The same, as the API says it since 2.2. */
export interface RunStatus {
  state?: 'BLOCKED' | 'PENDING' | 'QUEUED' | 'RUNNING' | 'TERMINATING' | 'TERMINATED' | 'WAITING';
  termination_details?: {
    code?: RunTerminationCode;
    type?: 'SUCCESS' | 'CLIENT_ERROR' | 'INTERNAL_ERROR';
    message?: string;
  };
  queue_details?: { code?: 'MAX_CONCURRENT_RUNS_REACHED'; message?: string };
}

export interface JobRunAs {
  user_name?: string;
  service_principal_name?: string;
}

export interface JobSchedule {
  quartz_cron_expression?: string;
  timezone_id?: string;
  pause_status?: 'PAUSED' | 'UNPAUSED';
}

export interface JobTask {
  task_key?: string;
  depends_on?: { task_key?: string; outcome?: string }[];
  run_if?: string;
  timeout_seconds?: number;
  max_retries?: number;
  min_retry_interval_millis?: number;
  retry_on_timeout?: boolean;
  environment_key?: string;
  spark_python_task?: { python_file?: string; parameters?: string[]; source?: string };
}

/** The fields that are read here; a job keeps and answers whatever else it was given. */
export interface JobSettings {
  name?: string;
  description?: string;
  tasks?: JobTask[];
  environments?: { environment_key?: string; spec?: { environment_version?: string; dependencies?: string[] } }[];
  parameters?: { name?: string; default?: string }[];
  schedule?: JobSchedule;
  max_concurrent_runs?: number;
  timeout_seconds?: number;
  queue?: { enabled?: boolean };
  run_as?: JobRunAs;
  tags?: Record<string, string>;
}

/** `GET /api/2.2/jobs/get`. */
export interface Job {
  job_id?: number;
  creator_user_name?: string;
  run_as_user_name?: string;
  created_time?: number;
  settings?: JobSettings;
  has_more?: boolean;
  next_page_token?: string;
}

/** A page of `GET /api/2.2/jobs/list`. */
export interface ListJobsResponse {
  jobs?: Job[];
  has_more?: boolean;
  next_page_token?: string;
}

export interface CreateJobResponse {
  job_id: number;
}

/** `number_in_job` is the run's id, too. */
export interface RunNowResponse {
  run_id: number;
  number_in_job?: number;
}

/** A task as it ran, or is to run; one for each attempt. */
export interface RunTask extends JobTask {
  run_id?: number;
  attempt_number?: number;
  state?: RunState;
  status?: RunStatus;
  start_time?: number;
  end_time?: number;
  setup_duration?: number;
  execution_duration?: number;
  cleanup_duration?: number;
  run_page_url?: string;
}

/** `GET /api/2.2/jobs/runs/get`. */
export interface JobRun {
  job_id?: number;
  run_id?: number;
  number_in_job?: number;
  run_name?: string;
  run_type?: 'JOB_RUN' | 'SUBMIT_RUN';
  trigger?: RunTrigger;
  creator_user_name?: string;
  run_as_user_name?: string;
  start_time?: number;
  end_time?: number;
  setup_duration?: number;
  execution_duration?: number;
  cleanup_duration?: number;
  run_duration?: number;
  queue_duration?: number;
  run_page_url?: string;
  job_parameters?: { name?: string; default?: string; value?: string }[];
  overriding_parameters?: { python_params?: string[] };
  state?: RunState;
  status?: RunStatus;
  tasks?: RunTask[];
  schedule?: JobSchedule;
  has_more?: boolean;
  next_page_token?: string;
}

/** A page of `GET /api/2.2/jobs/runs/list`, the newest first. */
export interface ListRunsResponse {
  runs?: JobRun[];
  has_more?: boolean;
  next_page_token?: string;
}

/** `GET /api/2.2/jobs/runs/get-output` of the run of a task. */
export interface RunOutput {
  metadata?: JobRun;
  /** What the task wrote, its last 5 MB. */
  logs?: string;
  logs_truncated?: boolean;
  error?: string;
  error_trace?: string;
}
