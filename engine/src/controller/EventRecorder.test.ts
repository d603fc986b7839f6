import type { KubeObject } from '@aviary/provider-contract';
import { KubeError, type KubeErrorKind } from '../kubernetes';
import { ManualTimers } from '../kubernetes/testing/ManualTimers';
import { EventRecorder } from './EventRecorder';

const CANARY: KubeObject = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'test', uid: 'uid-1', resourceVersion: '42' },
};
const advance = { type: 'Normal', message: 'Advance podinfo.test canary weight 10' } as const;
const halt = { type: 'Warning', message: 'Halt podinfo.test advancement' } as const;

let clock: ManualTimers;
let stored: Map<string, KubeObject>;
let warnings: Record<string, unknown>[];
/** Called before each write. */
let before: () => Promise<void>;
let recorder: EventRecorder;

beforeEach(() => {
  clock = new ManualTimers(Date.UTC(2024, 0, 1, 12, 0, 0, 250));
  stored = new Map();
  warnings = [];
  before = async () => {};
  recorder = new EventRecorder({
    client: {
      async createEvent(event) {
        await before();
        if (stored.has(event.metadata.name)) throw kubeError('alreadyExists', 409);
        stored.set(event.metadata.name, event);
        return event;
      },
      async mergePatchEvent({ name }, patch) {
        await before();
        const event = stored.get(name);
        if (!event) throw kubeError('notFound', 404);
        return Object.assign(event, patch);
      },
    },
    clock,
    timers: clock,
    logger: { debug() {}, info() {}, error() {}, warn: (_, fields) => warnings.push(fields ?? {}) },
  });
});

function kubeError(kind: KubeErrorKind, status: number): KubeError {
  return new KubeError(kind, { verb: 'create', resource: 'events' }, { status, reason: kind, message: kind });
}

it('writes events as Flagger does', async () => {
  recorder.record(CANARY, advance, '1a.0.uid');
  await recorder.stop();
  expect([...stored.values()]).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'podinfo.1a.0.uid', namespace: 'test' },
      involvedObject: {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        namespace: 'test',
        name: 'podinfo',
        uid: 'uid-1',
        resourceVersion: '42',
      },
      type: 'Normal',
      reason: 'Synced',
      message: advance.message,
      source: { component: 'flagger' },
      firstTimestamp: '2024-01-01T12:00:00Z',
      lastTimestamp: '2024-01-01T12:00:00Z',
      count: 1,
      reportingComponent: 'flagger',
      reportingInstance: '',
    },
  ]);
});

it('counts a repeated text up for ten minutes, and begins a new event after that', async () => {
  recorder.record(CANARY, halt, 'a');
  clock.advance(30_000);
  recorder.record(CANARY, halt, 'b');
  recorder.record({ ...CANARY, metadata: { ...CANARY.metadata, uid: 'uid-2' } }, halt, 'c');
  await recorder.stop();
  expect([...stored.values()].map(({ metadata, count, lastTimestamp }) => [metadata.name, count, lastTimestamp])).toEqual([
    ['podinfo.a', 2, '2024-01-01T12:00:30Z'],
    ['podinfo.c', 1, '2024-01-01T12:00:30Z'],
  ]);
  clock.advance(600_000);
  recorder.record(CANARY, halt, 'd');
  await recorder.stop();
  expect(stored.get('podinfo.d')).toMatchObject({ count: 1 });
});

it('writes a new event when the one to count up has expired', async () => {
  recorder.record(CANARY, halt, 'a');
  await recorder.stop();
  stored.clear();
  recorder.record(CANARY, halt, 'b');
  await recorder.stop();
  expect([...stored.keys()]).toEqual(['podinfo.b']);
  expect(warnings).toEqual([]);
});

it('writes nothing twice under one id', async () => {
  recorder.record(CANARY, advance, 'a');
  recorder.record(CANARY, halt, 'a');
  await recorder.stop();
  expect([...stored.values()].map(({ message }) => message)).toEqual([advance.message]);
  expect(warnings).toEqual([]);
});

it('lets nobody wait, keeps the order of one Canary, and is stopped when all is written', async () => {
  const goes: (() => void)[] = [];
  before = () => new Promise((resolve) => goes.push(resolve));
  recorder.record(CANARY, advance, 'a');
  recorder.record(CANARY, halt, 'b');
  const stopped = recorder.stop();
  for (const name of ['podinfo.a', 'podinfo.b']) {
    while (goes.length === 0) await Promise.resolve();
    goes.shift()!();
    while (!stored.has(name)) await Promise.resolve();
  }
  await stopped;
  expect([...stored.keys()]).toEqual(['podinfo.a', 'podinfo.b']);
});

it('does not keep a stopping engine waiting for an API server that does not answer', async () => {
  before = () => new Promise(() => {});
  recorder.record(CANARY, advance, 'a');
  const stopped = recorder.stop();
  clock.advance(5_000);
  await stopped;
  expect(warnings).toEqual([{ canaries: 1 }]);
});

it('says which event could not be written, and goes on with the next', async () => {
  let refused = false;
  before = async () => {
    if (!refused) {
      refused = true;
      throw kubeError('forbidden', 403);
    }
  };
  recorder.record(CANARY, advance, 'a');
  recorder.record(CANARY, halt, 'b');
  await recorder.stop();
  expect([...stored.keys()]).toEqual(['podinfo.b']);
  expect(warnings).toEqual([{ canary: 'test/podinfo', message: advance.message, error: expect.stringContaining('forbidden') }]);
});
