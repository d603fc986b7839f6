/**
 * Reads what a client sends to Postgres (frontend messages of the protocol 3.0) and tells which statements it runs, grouped by
 * transaction. Source: PostgreSQL documentation, "Message Formats".
 */
export class StatementReader {
  readonly #tell: (statements: string[]) => void;
  /** The text of prepared statements by name; the unnamed one too. */
  readonly #prepared = new Map<string, string>();
  #pending: Buffer = Buffer.alloc(0);
  #started = false;
  #bound = '';
  #transaction: string[] | null = null;

  /** `tell` is called once per transaction, at its end, and once per statement outside of transactions. */
  constructor(tell: (statements: string[]) => void) {
    this.#tell = tell;
  }

  /** Takes the next bytes, however they were cut. */
  read(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    for (;;) {
      // The first message has no type.
      const header = this.#started ? 5 : 4;
      if (this.#pending.length < header) return;
      const length = this.#pending.readInt32BE(header - 4) + header - 4;
      if (this.#pending.length < length) return;
      const type = this.#started ? String.fromCharCode(this.#pending[0]) : '';
      this.#message(type, this.#pending.subarray(header, length));
      this.#started = true;
      this.#pending = this.#pending.subarray(length);
    }
  }

  #message(type: string, body: Buffer): void {
    const [first, second] = body.toString('utf8').split('\0', 2);
    if (type === 'Q') this.#statement(first);
    if (type === 'P') this.#prepared.set(first, second);
    if (type === 'B') this.#bound = this.#prepared.get(second) ?? '';
    if (type === 'E') this.#statement(this.#bound);
  }

  #statement(text: string): void {
    const word = /^\s*(\w+)/.exec(text)?.[1].toUpperCase();
    if (word === 'BEGIN' || word === 'START') this.#transaction = [];
    if (this.#transaction === null) {
      this.#tell([text]);
      return;
    }
    this.#transaction.push(text);
    if (word !== 'COMMIT' && word !== 'ROLLBACK') return;
    this.#tell(this.#transaction);
    this.#transaction = null;
  }
}
