import fc from 'fast-check';
import { StatementReader } from './StatementReader';

function message(type: string, ...fields: string[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''), 'utf8');
  const head = Buffer.alloc(type.length + 4, type);
  head.writeInt32BE(body.length + 4, type.length);
  return Buffer.concat([head, body]);
}

const SENT = Buffer.concat([
  message('', '\0\u0003user', 'engine', ''),
  message('Q', 'LISTEN changed'),
  message('Q', 'BEGIN;'),
  message('P', '', 'SELECT $1', '\0'),
  message('B', '', '', 'größer', '\0'),
  message('E', ''),
  message('S'),
  message('Q', 'COMMIT;'),
  message('P', 'named', 'UPDATE a', '\0'),
  message('B', '', 'named'),
  message('E', ''),
  message('X'),
]);

it('tells statements by transaction, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (cuts) => {
      const told: string[][] = [];
      const reader = new StatementReader((statements) => told.push(statements));
      for (let at = 0, next = 0; at < SENT.length; next++) {
        const length = cuts[next % cuts.length];
        reader.read(SENT.subarray(at, at + length));
        at += length;
      }
      expect(told).toEqual([['LISTEN changed'], ['BEGIN;', 'SELECT $1', 'COMMIT;'], ['UPDATE a']]);
    }),
  );
});
