import { mockServices } from '@backstage/backend-test-utils';
import { FakeLedger } from '../testing/FakeLedger';
import { ReaderConnection } from './ReaderConnection';

const key = { cluster: 'c', namespace: 'n', name: 'a' };

describe('ReaderConnection', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function start(failures: number) {
    const ledger = new FakeLedger();
    const open = jest.fn(async () => {
      if (failures-- > 0) {
        throw new Error('the schema is behind');
      }
      return ledger;
    });
    const logger = mockServices.logger.mock();
    return { ledger, open, logger, connection: new ReaderConnection({ open, logger }) };
  }

  it('opens once', async () => {
    const { connection, open } = start(0);
    await Promise.all([connection.reader(), connection.reader()]);
    expect(open).toHaveBeenCalledTimes(1);
    expect(connection.isOpen()).toBe(true);
  });

  it('answers that rollouts cannot be read, and why, until it can', async () => {
    const { connection } = start(1);
    await expect(connection.reader()).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: 'The rollouts cannot be read now: the schema is behind',
    });
    expect(connection.isOpen()).toBe(false);
    await connection.reader();
    expect(connection.isOpen()).toBe(true);
  });

  it('hears of changes without anybody asking, however late the database comes, and complains once', async () => {
    const { connection, ledger, logger } = start(5);
    const heard: unknown[] = [];
    connection.onChange((changed) => heard.push(changed));
    connection.start();
    await jest.advanceTimersByTimeAsync(10_000);
    ledger.ping(key);
    expect(heard).toEqual([key]);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('stops trying when it is closed', async () => {
    const { connection, open } = start(Infinity);
    connection.start();
    await jest.advanceTimersByTimeAsync(600);
    await connection.close();
    const tries = open.mock.calls.length;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(open).toHaveBeenCalledTimes(tries);
  });
});
