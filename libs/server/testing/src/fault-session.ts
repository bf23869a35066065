import { connect, type Socket } from 'node:net';
import { FaultLane, type LineConditions } from './fault-lane';
import { PostgresFraming, queryMessage, statementOf, type Frame } from './postgres-framing';

/**
 * When a line breaks around a statement: before the server got it, as soon as it was sent, once the server has done it but
 * before the client hears so, or right after the client heard.
 */
export type CutMoment = 'before-sent' | 'after-sent' | 'before-acknowledged' | 'after-acknowledged';

/** What happens to the next matching statement. */
export type StatementFault = { readonly cut: CutMoment } | { readonly sqlState: string; readonly message: string };

/** What a session asks of its proxy. */
export interface SessionSurroundings {
  readonly conditions: LineConditions;
  /** How many of these bytes still pass before the line is cut; undefined lets all pass. */
  cutWithin(length: number): number | undefined;
  takeFault(statement: string): StatementFault | undefined;
  /** True: by RST, else by FIN. */
  abruptly(): boolean;
  noteCut(): void;
  /** Both sides are gone. */
  noteClosed(): void;
}

/** One connection through the proxy. */
export class FaultSession {
  private readonly far: Socket;
  private readonly framing = new PostgresFraming();
  private readonly up: FaultLane;
  private readonly down: FaultLane;
  private awaited: CutMoment | undefined;
  /** An extended query that is being replaced: nothing of it passes until its Sync. */
  private replacement: string | undefined;
  private cutAfterSync = false;
  private serverLost = false;
  private over = false;

  constructor(
    private readonly near: Socket,
    target: number,
    private readonly proxy: SessionSurroundings,
  ) {
    this.far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    near.setNoDelay(true);
    this.up = new FaultLane(near, this.far, proxy.conditions);
    this.down = new FaultLane(this.far, near, proxy.conditions);
    near.on('data', (chunk: Buffer) => this.fromClient(chunk));
    this.far.on('data', (chunk: Buffer) => this.fromServer(chunk));
    this.handOnTheEnd(near, this.up, this.far);
    this.handOnTheEnd(this.far, this.down, near);
  }

  /** Whether the statements on this line can be seen. */
  get readable(): boolean {
    return this.framing.readable;
  }

  /** After the conditions changed. */
  pump(): void {
    this.up.pump();
    this.down.pump();
  }

  /** Ends both sides in order, as a server that shuts down does. */
  end(): void {
    this.close(() => {
      this.near.destroySoon();
      this.far.destroySoon();
    });
  }

  /** RST to both sides. */
  reset(): void {
    this.close(() => {
      this.near.resetAndDestroy();
      this.far.resetAndDestroy();
    });
  }

  /** The server's side is gone and the client is not told: it hears RST when it next says something. */
  loseServer(): void {
    this.serverLost = true;
    this.up.stop();
    this.down.stop();
    this.far.destroy();
  }

  /** Whoever is behind a dead line hears of an end only when the line is back. */
  private handOnTheEnd(socket: Socket, lane: FaultLane, other: Socket): void {
    let broken = false;
    socket.on('error', () => (broken = true));
    socket.once('end', () => (this.serverLost ? socket.destroy() : lane.then(() => other.end())));
    socket.once('close', () => {
      if (this.near.closed && this.far.closed) this.proxy.noteClosed();
      else if (!this.serverLost) lane.then(() => (broken ? other.resetAndDestroy() : other.destroySoon()));
    });
  }

  private close(act: () => void): void {
    if (this.over) return;
    this.over = true;
    this.up.stop();
    this.down.stop();
    act();
  }

  private fromClient(chunk: Buffer): void {
    if (this.serverLost) {
      this.near.resetAndDestroy();
      return;
    }
    for (const frame of this.framing.client(chunk)) {
      if (this.over) return;
      if (this.replacement !== undefined) this.replaceAtSync(frame, this.replacement);
      else this.sendUp(frame);
    }
  }

  private sendUp(frame: Frame): void {
    const statement = this.readable ? statementOf(frame) : undefined;
    const fault = statement === undefined ? undefined : this.proxy.takeFault(statement);
    if (fault === undefined) this.pass(this.up, frame.bytes);
    else if ('sqlState' in fault) this.replace(frame, raise(fault));
    else if (fault.cut === 'before-sent') this.up.then(() => this.cut());
    else {
      this.pass(this.up, frame.bytes);
      if (fault.cut !== 'after-sent') this.awaited = fault.cut;
      // The parts of an extended query do nothing before their Sync.
      else if (frame.type === 'P') this.cutAfterSync = true;
      else this.up.then(() => this.cut());
    }
    if (frame.type === 'S' && this.cutAfterSync) this.up.then(() => this.cut());
  }

  /** The server raises the error itself, so that its transaction is as broken as the client believes. */
  private replace(frame: Frame, statement: string): void {
    if (frame.type === 'P') this.replacement = statement;
    else this.up.send(queryMessage(statement));
  }

  private replaceAtSync(frame: Frame, statement: string): void {
    if (frame.type !== 'S') return;
    this.replacement = undefined;
    this.up.send(queryMessage(statement));
  }

  private fromServer(chunk: Buffer): void {
    for (const frame of this.framing.server(chunk)) {
      if (this.over) return;
      if (this.awaited === 'before-acknowledged' && (frame.type === 'C' || frame.type === 'E')) {
        this.down.then(() => this.cut());
        return;
      }
      this.pass(this.down, frame.bytes);
      if (this.awaited === 'after-acknowledged' && frame.type === 'Z') this.down.then(() => this.cut());
    }
  }

  private pass(lane: FaultLane, bytes: Buffer): void {
    const kept = this.proxy.cutWithin(bytes.length);
    if (kept === undefined) {
      lane.send(bytes);
      return;
    }
    lane.send(bytes.subarray(0, kept));
    lane.then(() => this.cut());
  }

  private cut(): void {
    this.proxy.noteCut();
    if (this.proxy.abruptly()) this.reset();
    else this.end();
  }
}

function raise({ sqlState, message }: { readonly sqlState: string; readonly message: string }): string {
  const text = message.replaceAll("'", "''").replaceAll('%', '%%');
  return `DO $fault$ BEGIN RAISE EXCEPTION USING ERRCODE = '${sqlState}', MESSAGE = '${text}'; END $fault$`;
}
