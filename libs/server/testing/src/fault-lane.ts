import type { Socket } from 'node:net';

/** How the line is at the moment; every lane of a proxy looks at the same one. */
export interface LineConditions {
  /** How long bytes are under way in one direction. */
  delayMilliseconds: number;
  bytesPerSecond: number;
  /** False: nothing arrives any more, and nobody is told. */
  open: boolean;
}

type Step = { readonly dueAt: number } & ({ readonly bytes: Buffer } | { readonly act: () => void });

// More than this under way, and the sender has to wait, as with a full window.
const windowBytes = 1_048_576;
// A slow line lets this many pieces through per second, so that it drips instead of bursting.
const piecesPerSecond = 20;

/** One direction of a connection: everything stays in order, and arrives later, slower or not at all. */
export class FaultLane {
  private readonly steps: Step[] = [];
  private waiting = 0;
  private freeAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private draining = false;

  constructor(
    private readonly source: Socket,
    private readonly sink: Socket,
    private readonly conditions: LineConditions,
  ) {}

  send(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.waiting += bytes.length;
    this.add({ dueAt: this.dueAt(), bytes });
    if (this.waiting > windowBytes) this.source.pause();
  }

  /** Something to be done once everything before it has arrived. */
  then(act: () => void): void {
    this.add({ dueAt: this.dueAt(), act });
  }

  /** Looks again at what may go now; called when the conditions change. */
  pump(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.conditions.open && !this.draining) {
      const [step] = this.steps;
      if (step === undefined) return;
      const pause = Math.max(step.dueAt, this.freeAt) - Date.now();
      if (pause > 0) {
        this.timer = setTimeout(() => this.pump(), pause);
        return;
      }
      this.steps.shift();
      if ('act' in step) step.act();
      else this.deliver(step);
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.steps.length = 0;
  }

  private deliver(step: { readonly dueAt: number; readonly bytes: Buffer }): void {
    const { bytesPerSecond } = this.conditions;
    const size = Math.max(1, Math.min(step.bytes.length, Math.floor(bytesPerSecond / piecesPerSecond)));
    const piece = step.bytes.subarray(0, size);
    if (size < step.bytes.length) this.steps.unshift({ dueAt: step.dueAt, bytes: step.bytes.subarray(size) });
    if (Number.isFinite(bytesPerSecond)) this.freeAt = Date.now() + (size / bytesPerSecond) * 1000;
    this.waiting -= size;
    if (this.waiting <= windowBytes) this.source.resume();
    if (this.sink.writable && !this.sink.write(piece)) {
      this.draining = true;
      this.sink.once('drain', () => {
        this.draining = false;
        this.pump();
      });
    }
  }

  private add(step: Step): void {
    this.steps.push(step);
    if (this.timer === undefined) this.pump();
  }

  private dueAt(): number {
    return Date.now() + this.conditions.delayMilliseconds;
  }
}
