import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.decorator';
import { DomainError } from './domain-error';
import { HealthDto } from './health.dto';
import { Lifecycle } from './lifecycle';
import { Product } from './product';
import { Public } from './public.decorator';
import { WithoutRateLimit } from './rate-limit.guard';

/** The server is up but cannot serve everything yet. */
class NotReady extends DomainError {
  constructor(lifecycle: Lifecycle) {
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message: lifecycle.reason ?? `The server is ${lifecycle.phase}`,
      details: { phase: lifecycle.phase },
      retryAfterSeconds: 2,
    });
  }
}

@ApiTags('health')
@Controller()
@Public()
@WithoutRateLimit()
export class HealthController {
  constructor(
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
    @Inject(Product) private readonly product: Product,
  ) {}

  @Get('health')
  @ApiOperation({ operationId: 'getHealth', summary: 'Whether the process answers; cheap and without any dependency' })
  @ApiOkResponse({ type: HealthDto })
  getHealth(): HealthDto {
    return HealthDto.from(this.lifecycle, this.product);
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReady', summary: 'Whether the server is migrated and may get traffic' })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems('SERVICE_UNAVAILABLE')
  getReady(): HealthDto {
    if (this.lifecycle.phase !== 'ready') throw new NotReady(this.lifecycle);
    return HealthDto.from(this.lifecycle, this.product);
  }
}
