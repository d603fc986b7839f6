/** A measured value; `stale` marks the moment since which the series is known to be gone. */
export interface Sample {
  /** Milliseconds since the epoch. */
  time: number;
  value: number;
  stale?: boolean;
}

// A sample begins with one byte. Up to 252 it is all there is: the usual time has passed, and the value has grown by so much.
const MOST_GROWTH = 252;
// The usual time has passed; the value follows.
const VALUE = 253;
// The time follows; there is no value any more.
const STALE = 254;
// Time and value follow.
const TIME_AND_VALUE = 255;
const NUMBER_BYTES = 8;
const LONGEST = 1 + 2 * NUMBER_BYTES;

const SMALLEST_BLOCK = 64;
// Of a counter scraped every 5 s that is 42 minutes: what has become too old goes by whole blocks.
const LARGEST_BLOCK = 512;

interface Block {
  bytes: Buffer;
  used: number;
  /** Time of its last sample. */
  end: number;
}

/**
 * Samples of one series, oldest first, none lost or rounded. A counter scraped at a steady pace takes one byte per sample, any other number
 * nine. A sample that is not later than the one before it is left out, as Prometheus does.
 */
export class PackedSamples {
  private readonly blocks: Block[] = [];
  // Of the last sample in the last block.
  private time = Number.NaN;
  private step = Number.NaN;
  private value = Number.NaN;

  /** Time of the last sample, in milliseconds since the epoch. */
  get end(): number {
    return this.blocks.at(-1)?.end ?? -Infinity;
  }

  append({ time, value, stale }: Sample): void {
    if (time <= this.end) return;
    const block = this.blockWithRoom();
    const growth = value - this.value;
    if (stale) {
      write(block, STALE, time);
    } else if (this.time + this.step !== time) {
      write(block, TIME_AND_VALUE, time, value);
    } else if (Number.isInteger(growth) && growth >= 0 && growth <= MOST_GROWTH && Object.is(this.value + growth, value)) {
      write(block, growth);
    } else {
      write(block, VALUE, value);
    }
    this.step = time - this.time;
    this.time = time;
    this.value = stale ? Number.NaN : value;
    block.end = time;
  }

  /** The samples of `from <= time <= until`. */
  read(from: number, until: number): Sample[] {
    const found: Sample[] = [];
    for (const block of this.blocks) {
      if (block.end < from) continue;
      if (block.bytes.readDoubleLE(1) > until) break;
      for (const sample of samplesOf(block)) if (sample.time >= from && sample.time <= until) found.push(sample);
    }
    return found;
  }

  /** Drops the blocks whose samples are all earlier than `before`. */
  forget(before: number): void {
    while (this.blocks.length && this.blocks[0].end < before) this.blocks.shift();
  }

  private blockWithRoom(): Block {
    let block = this.blocks.at(-1);
    if (!block || block.used + LONGEST > LARGEST_BLOCK) {
      this.blocks.push((block = { bytes: Buffer.alloc(SMALLEST_BLOCK), used: 0, end: -Infinity }));
      // A block is read without the ones before it.
      this.time = this.step = this.value = Number.NaN;
    } else if (block.used + LONGEST > block.bytes.length) {
      block.bytes = Buffer.concat([block.bytes], 2 * block.bytes.length);
    }
    return block;
  }
}

function write(block: Block, code: number, ...numbers: number[]): void {
  block.bytes[block.used++] = code;
  for (const number of numbers) block.used = block.bytes.writeDoubleLE(number, block.used);
}

function samplesOf({ bytes, used }: Block): Sample[] {
  const samples: Sample[] = [];
  let [time, step, value] = [Number.NaN, Number.NaN, Number.NaN];
  let at = 0;
  const next = () => bytes.readDoubleLE((at += NUMBER_BYTES) - NUMBER_BYTES);
  while (at < used) {
    const code = bytes[at++];
    const before = time;
    time = code >= STALE ? next() : time + step;
    step = time - before;
    if (code === STALE) value = Number.NaN;
    else value = code > MOST_GROWTH ? next() : value + code;
    samples.push(code === STALE ? { time, value, stale: true } : { time, value });
  }
  return samples;
}
