import { mockServices } from '@backstage/backend-test-utils';
import { InProcessEngine, type RunningEngine } from './InProcessEngine';

describe('InProcessEngine', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** An engine that fails to start `failures` times. */
  function fake(failures: number) {
    const log: string[] = [];
    const state = { ready: true };
    const create = async (): Promise<RunningEngine> => ({
      async start() {
        log.push('start');
        if (failures-- > 0) {
          throw new Error('the database does not answer');
        }
      },
      async stop() {
        log.push('stop');
      },
      health: () => state,
    });
    const logger = mockServices.logger.mock();
    return { log, logger, state, engine: new InProcessEngine({ create, logger }) };
  }

  it('is ready once it started and says that it is', async () => {
    const { engine, state } = fake(0);
    expect(engine.state()).toBe('starting');
    engine.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(engine.state()).toBe('ready');
    state.ready = false;
    expect(engine.state()).toBe('failing');
  });

  it('is tried again every 5 seconds, what was begun being undone', async () => {
    const { engine, log, logger } = fake(2);
    engine.start();
    await jest.advanceTimersByTimeAsync(4_999);
    expect(engine.state()).toBe('failing');
    expect(log).toEqual(['start', 'stop']);
    await jest.advanceTimersByTimeAsync(5_001);
    expect(engine.state()).toBe('ready');
    expect(log).toEqual(['start', 'stop', 'start', 'stop', 'start']);
    expect(logger.error).toHaveBeenCalledTimes(2);
  });

  it('stops, also while it waits for its next try', async () => {
    const started = fake(0);
    started.engine.start();
    await jest.advanceTimersByTimeAsync(0);
    await started.engine.stop();
    expect(started.log).toEqual(['start', 'stop']);

    const waiting = fake(9);
    waiting.engine.start();
    await jest.advanceTimersByTimeAsync(100);
    await waiting.engine.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(waiting.log).toEqual(['start', 'stop']);
  });

  it('stops one that waits for something while it starts', async () => {
    let end: () => void = () => {};
    const create = async (): Promise<RunningEngine> => ({
      start: () => new Promise((resolve) => (end = resolve)),
      stop: async () => end(),
      health: () => ({ ready: false }),
    });
    const engine = new InProcessEngine({ create, logger: mockServices.logger.mock() });
    engine.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(engine.state()).toBe('starting');
    await engine.stop();
  });

  it('starts nothing any more when it was stopped before', async () => {
    const { engine, log } = fake(0);
    engine.start();
    await engine.stop();
    expect(log).toEqual([]);
  });
});
