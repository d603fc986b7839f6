import { ManualTimers } from '../testing/ManualTimers';
import { ScriptedServer } from '../testing/ScriptedServer';
import { ApiServerProbe } from './ApiServerProbe';
import { KubeClient } from './KubeClient';
import { KubeTransport } from './KubeTransport';

let server: ScriptedServer;
let transport: KubeTransport;
let timers: ManualTimers;
let probe: ApiServerProbe;
let told: string[];

beforeEach(async () => {
  server = await ScriptedServer.start();
  timers = new ManualTimers();
  transport = new KubeTransport({ server: server.url, credentials: async () => ({ headers: {}, tls: {} }) }, { timers });
  told = [];
  probe = new ApiServerProbe(new KubeClient(transport, { timers }), {
    timers,
    random: () => 0.5,
    onLost: (problem) => told.push(problem),
    onReturn: () => told.push('back'),
  });
  probe.start();
});

afterEach(async () => {
  await probe.stop();
  await transport.close();
  await server.stop();
});

describe('ApiServerProbe', () => {
  it('asks every 10 s and has nothing to say while the server is ready', async () => {
    for (let asked = 0; asked < 3; asked += 1) {
      expect(timers.waits()).toEqual([10_000]);
      (await asking()).answer(200, 'ok');
      await waiting();
    }
    expect([probe.problem, told]).toEqual([undefined, []]);
  });

  it('forgives one failure: one of several servers may just be stopping', async () => {
    (await asking()).answer(500, '[-]shutdown failed: reason withheld');
    expect(await waiting()).toBe(1_500);
    expect(probe.problem).toBeUndefined();
    (await asking()).answer(200, 'ok');
    expect(await waiting()).toBe(10_000);
    (await asking()).answer(500, '[-]shutdown failed: reason withheld');
    await waiting();
    expect([probe.problem, told]).toEqual([undefined, []]);
  });

  it('names what fails, asks every few seconds while it does, and tells once of the end and of the return', async () => {
    const waits: number[] = [];
    for (let asked = 0; asked < 4; asked += 1) {
      (await asking()).answer(500, '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed');
      waits.push(await waiting());
    }
    expect(waits).toEqual([1_500, 3_000, 3_750, 3_750]);
    expect(probe.problem).toBe('the API server is not ready: [-]etcd failed: reason withheld');
    expect(probe.answers).toBe(true);
    (await asking()).answer(200, 'ok');
    expect(await waiting()).toBe(10_000);
    expect(probe.problem).toBeUndefined();
    expect(told).toEqual(['the API server is not ready: [-]etcd failed: reason withheld', 'back']);
  });

  it('gives a server that hangs 5 s, twice', async () => {
    for (let asked = 0; asked < 2; asked += 1) {
      const request = await asking();
      timers.advance(4_999);
      expect(timers.waits()).toEqual([1]);
      timers.advance(1);
      await request.closed;
      await waiting();
    }
    expect(probe.problem).toMatch(/^the API server does not answer: .*no answer from .* within 5000 ms/);
    expect(probe.answers).toBe(false);
    (await asking()).answer(500, '[-]poststarthook/rbac failed');
    await waiting();
    expect([probe.answers, probe.problem]).toEqual([true, 'the API server is not ready: [-]poststarthook/rbac failed']);
  });

  it('says when the credentials are not accepted', async () => {
    for (let asked = 0; asked < 2; asked += 1) {
      (await asking()).answer(401, { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized' });
      await waiting();
    }
    expect(probe.problem).toMatch(/^the API server does not accept the credentials: .*401 Unauthorized/);
    expect(probe.answers).toBe(false);
  });

  it('ends while it asks', async () => {
    const request = await asking();
    const stopped = probe.stop();
    await request.closed;
    await stopped;
    expect([timers.waits(), told]).toEqual([[], []]);
  });
});

/** Lets the time of the next question come. */
async function asking() {
  timers.advance(await waiting());
  return server.next();
}

/** Until the next question, once the last one was answered. */
async function waiting(): Promise<number> {
  while (timers.waits().length !== 1 || timers.waits()[0] === 5_000) await new Promise((resolve) => setImmediate(resolve));
  return timers.waits()[0];
}
