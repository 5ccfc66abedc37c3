import type { Socket } from 'node:net';
import { resetConnection } from './reset-connection.ts';
import type { Flushable, Turn } from './turn.ts';

/** With so many bytes waiting, whoever writes should wait too. */
const fullBytes = 64 * 1024;
/** Up to here copying into the text that is written anyway costs less than a buffer and a place in a vector. */
const joinedBytesMax = 8 * 1024;

const pieceBytes = 64 * 1024;
const freePiecesMax = 256;

/** Memory of pieces that were written; taken again, because new memory for each would pile up until it is collected. */
const freePieces: ArrayBuffer[] = [];

/** Bytes in memory of ours, which is free again once they are written. */
class Piece {
  readonly bytes: Buffer;
  readonly #memory: ArrayBuffer;

  constructor(bytes: Buffer) {
    this.#memory = freePieces.pop() ?? new ArrayBuffer(pieceBytes);
    this.bytes = Buffer.from(this.#memory, 0, bytes.length);
    this.bytes.set(bytes);
  }

  readonly onWritten = (error?: Error | null): void => {
    if (error == null && freePieces.length < freePiecesMax) freePieces.push(this.#memory);
  };
}

/** Is told when there is room again. */
export interface OutboxOwner {
  onWritable: () => void;
  /** What waits must not be written. */
  onUnwritten: () => void;
}

/** What is to be written to a socket, until the end of the turn. */
export class Outbox implements Flushable {
  readonly #socket: Socket;
  readonly #turn: Turn;
  readonly #owner: OutboxOwner;
  /** The last part, when that is text: a character for each byte. */
  #text = '';
  #parts: (string | Buffer | Piece)[] = [];
  #bytes = 0;
  #isWaiting = false;
  #isBlocked = false;
  #isBound = false;
  #then: 'go_on' | 'end' | 'destroy' | 'reset' = 'go_on';

  constructor(socket: Socket, turn: Turn, owner: OutboxOwner) {
    this.#socket = socket;
    this.#turn = turn;
    this.#owner = owner;
    socket.on('drain', this.#onDrain);
  }

  get isFull(): boolean {
    return this.#isBlocked || this.#bytes >= fullBytes;
  }

  /** Whether the socket took less than it was given. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  text(text: string): void {
    this.#text += text;
    this.#bytes += text.length;
    this.#wait();
  }

  /** Takes bytes whose memory is used again after the call. */
  copy(bytes: Buffer): void {
    if (bytes.length <= joinedBytesMax) this.text(bytes.toString('latin1'));
    else if (bytes.length <= pieceBytes) this.#push(new Piece(bytes), bytes.length);
    else this.#push(Buffer.copyBytesFrom(bytes), bytes.length);
  }

  /** What waits may only be written once the usage of this turn is on disk. */
  bind(): void {
    this.#isBound = true;
  }

  /** Ends our side of the connection behind what was written. */
  end(): void {
    if (this.#then === 'go_on') this.#then = 'end';
    this.#wait();
  }

  /** Breaks the connection off behind what was written, at once and whether it arrives or not. */
  abort(byReset: boolean): void {
    this.#then = byReset ? 'reset' : 'destroy';
    this.#wait();
  }

  drop(): void {
    if (!this.#isBound) {
      this.flush();
      return;
    }
    this.#isWaiting = false;
    this.#isBound = false;
    this.#parts = [];
    this.#text = '';
    this.#bytes = 0;
    this.#owner.onUnwritten();
  }

  flush(): void {
    this.#isWaiting = false;
    this.#isBound = false;
    const socket = this.#socket;
    if (socket.destroyed) return;
    const wasFull = this.#bytes >= fullBytes;
    let isTaken = false;
    if (this.#parts.length > 0) this.#writeParts();
    else isTaken = this.#text === '' || socket.write(this.#text, 'latin1');
    this.#text = '';
    this.#bytes = 0;
    if (this.#then === 'end') socket.end();
    else if (this.#then === 'destroy') socket.destroy();
    else if (this.#then === 'reset') resetConnection(socket);
    else if (!isTaken && socket.writableNeedDrain) this.#isBlocked = true;
    else if (wasFull) this.#owner.onWritable();
  }

  #push(part: Buffer | Piece, size: number): void {
    if (this.#text !== '') this.#parts.push(this.#text);
    this.#text = '';
    this.#parts.push(part);
    this.#bytes += size;
    this.#wait();
  }

  #writeParts(): void {
    const socket = this.#socket;
    socket.cork();
    for (const part of this.#parts) {
      if (typeof part === 'string') socket.write(part, 'latin1');
      else if (part instanceof Piece) socket.write(part.bytes, part.onWritten);
      else socket.write(part);
    }
    if (this.#text !== '') socket.write(this.#text, 'latin1');
    socket.uncork();
    this.#parts = [];
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#turn.add(this);
  }

  readonly #onDrain = (): void => {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    this.#owner.onWritable();
  };
}
