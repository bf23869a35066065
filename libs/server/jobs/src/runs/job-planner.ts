import type { IngestionPlan, TablePlan } from '@lakescope/cda';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { engineWorkOf } from '../engine/engine-work';
import { IngestionEngine } from '../engine/ingestion-engine';
import type { PlanJobDto } from './ingestion-request.dto';
import { JobPlaces } from './job-places';
import type { JobPlanDto, PlannedTableDto } from './job-plan.dto';

/** Tells what a run would do. Nothing is written, and nothing is remembered. */
@Injectable()
export class JobPlanner {
  constructor(
    private readonly places: JobPlaces,
    private readonly engine: IngestionEngine,
  ) {}

  /** Throws what `JobPlaces` throws, and `EngineFailure`. */
  async plan(caller: UserCaller, asked: PlanJobDto, signal: AbortSignal): Promise<JobPlanDto> {
    const checked = await this.places.check(caller, asked);
    return planOf(await this.engine.plan(engineWorkOf(checked, checked.request), signal));
  }
}

function planOf({ warnings, tables, folders, files, bytes }: IngestionPlan): JobPlanDto {
  return {
    warnings: warnings.map(({ code, message }) => ({ code, message })),
    tables: tables.map(plannedTableOf),
    folders,
    files,
    bytes: String(bytes),
  };
}

function plannedTableOf(plan: TablePlan): PlannedTableDto {
  return {
    table: plan.table,
    state: plan.state,
    folders: plan.folders,
    files: plan.files,
    bytes: String(plan.bytes),
    lag_ms: plan.lagMs ?? null,
    fence: plan.fence,
    fingerprints: [...plan.fingerprints],
    quarantined: plan.quarantined,
    warnings: plan.warnings.map(({ code, message }) => ({ code, message })),
    failure: plan.failure ?? null,
  };
}
