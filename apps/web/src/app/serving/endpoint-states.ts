import { type ServedEntityDto, type ServingEndpointDetailDto, type ServingEndpointDto } from '@lakescope/web-api';
import { type ChipTone } from '@lakescope/web-ui';

interface State {
  readonly text: string;
  readonly tone: ChipTone;
}

/** Whether it takes requests; what becomes of its configuration stands beside that, never instead. */
export function readiness({ ready }: Pick<ServingEndpointDto, 'ready'>): State {
  return ready === 'READY' ? { text: $localize`ready`, tone: 'ok' } : { text: $localize`not ready`, tone: 'warn' };
}

export function configUpdate({ config_update }: Pick<ServingEndpointDto, 'config_update'>): State | undefined {
  switch (config_update) {
    case 'IN_PROGRESS':
      return { text: $localize`updating`, tone: 'primary' };
    case 'UPDATE_FAILED':
      return { text: $localize`update failed`, tone: 'bad' };
    case 'UPDATE_CANCELED':
      return { text: $localize`update cancelled`, tone: 'warn' };
    default:
      return undefined;
  }
}

export function permission({ permission_level }: Pick<ServingEndpointDto, 'permission_level'>): string {
  switch (permission_level) {
    case 'CAN_MANAGE':
      return $localize`can manage`;
    case 'CAN_QUERY':
      return $localize`can query`;
    case 'CAN_VIEW':
      return $localize`can view`;
    default:
      return $localize`not known`;
  }
}

/** Whether asking it would be refused for want of a right; where the platform does not tell, it is worth a try. */
export function mayOnlyLook({ permission_level }: Pick<ServingEndpointDto, 'permission_level'>): boolean {
  return permission_level === 'CAN_VIEW';
}

/** What it is for, in words: its task, or how its model is asked. */
export function purpose({ task, detected_type }: Pick<ServingEndpointDto, 'task' | 'detected_type'>): string {
  if (task !== null) return task;
  return detected_type === 'MLFLOW_MODEL' ? $localize`MLflow model` : $localize`unknown kind`;
}

/** Whether its state changes by itself before long: then it is worth looking again. */
export function isChanging({ config_update }: Pick<ServingEndpointDto, 'config_update'>): boolean {
  return config_update === 'IN_PROGRESS';
}

/** Whether every model behind it goes to sleep when nobody asks, so that a first answer takes long. */
export function sleeps({ config: { entities } }: Pick<ServingEndpointDetailDto, 'config'>): boolean {
  return entities.length > 0 && entities.every(({ scale_to_zero }) => scale_to_zero === true);
}

export function deployment({ state }: Pick<ServedEntityDto, 'state'>): State | undefined {
  switch (state) {
    case 'DEPLOYMENT_READY':
      return { text: $localize`deployed`, tone: 'ok' };
    case 'DEPLOYMENT_CREATING':
      return { text: $localize`creating`, tone: 'primary' };
    case 'DEPLOYMENT_RECOVERING':
      return { text: $localize`recovering`, tone: 'warn' };
    case 'DEPLOYMENT_FAILED':
      return { text: $localize`failed`, tone: 'bad' };
    case 'DEPLOYMENT_ABORTED':
      return { text: $localize`aborted`, tone: 'warn' };
    default:
      return undefined;
  }
}

/** Whether a conversation can be had with it. */
export function isChat({ task }: Pick<ServingEndpointDto, 'task'>): boolean {
  return task === 'llm/v1/chat' || task === 'agent/v2/chat';
}
