import { mockServices } from '@backstage/backend-test-utils';
import { ChangeSignals } from './ChangeSignals';

const a = { cluster: 'c', namespace: 'n', name: 'a' };
const b = { ...a, name: 'b' };

describe('ChangeSignals', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function start(publish = jest.fn(async () => {})) {
    const logger = mockServices.logger.mock();
    return { publish, logger, changes: new ChangeSignals({ signals: { publish }, logger }) };
  }

  it('tells the first change at once, to everybody', () => {
    const { publish, changes } = start();
    changes.changed(a);
    expect(publish).toHaveBeenCalledWith({ recipients: { type: 'broadcast' }, channel: 'rollouts', message: { kind: 'changed', key: a } });
  });

  it('tells changes that follow within 250 ms together, and loses none', () => {
    const { publish, changes } = start();
    changes.changed(a);
    changes.changed(a);
    changes.changed(a);
    expect(publish).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(250);
    expect(publish).toHaveBeenCalledTimes(2);
    jest.advanceTimersByTime(1_000);
    expect(publish).toHaveBeenCalledTimes(2);
    changes.changed(a);
    expect(publish).toHaveBeenCalledTimes(3);
  });

  it('does not hold one Canary back for another', () => {
    const { publish, changes } = start();
    changes.changed(a);
    changes.changed(b);
    expect(publish).toHaveBeenCalledTimes(2);
  });

  it('goes on after a signal that could not be sent', async () => {
    const { publish, logger, changes } = start(jest.fn().mockRejectedValueOnce(new Error('no bus')));
    changes.changed(a);
    await jest.advanceTimersByTimeAsync(300);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    publish.mockResolvedValue();
    changes.changed(a);
    expect(publish).toHaveBeenCalledTimes(2);
  });

  it('is silent once stopped', () => {
    const { publish, changes } = start();
    changes.changed(a);
    changes.changed(a);
    changes.stop();
    jest.advanceTimersByTime(1_000);
    expect(publish).toHaveBeenCalledTimes(1);
  });
});
