import { mockServices } from '@backstage/backend-test-utils';
import { readRolloutsConfig } from './RolloutsConfig';

const read = (rollouts: object) => readRolloutsConfig(mockServices.rootConfig({ data: { rollouts } as never }));
const connection = 'postgres://127.0.0.1/aviary';

describe('readRolloutsConfig', () => {
  it('reads the database of an engine that runs elsewhere', () => {
    expect(read({ database: { connection, schema: 'own' } })).toEqual({
      database: { connection, schema: 'own' },
      engine: null,
      clock: { real: 0, shown: 0, speed: 1 },
    });
  });

  it('lets portal and engine share one database, wherever it is written', () => {
    for (const rollouts of [
      { engine: { enabled: true, database: { connection } } },
      { database: { connection }, engine: { enabled: true } },
    ]) {
      const config = read(rollouts);
      expect(config.database).toEqual({ connection });
      expect(config.engine).toMatchObject({ enabled: true, database: { connection } });
    }
  });

  it('hands the engine what it does not know itself', () => {
    expect(read({ database: { connection }, engine: { enabled: true, meshProvider: 'linkerd' } }).engine).toMatchObject({
      meshProvider: 'linkerd',
    });
  });

  it('does not run an engine unless told to', () => {
    expect(read({ engine: { database: { connection } } }).engine).toBeNull();
  });

  it('says what to set when there is no database', () => {
    expect(() => read({})).toThrow('set rollouts.database.connection');
  });

  it('names the field that is wrong', () => {
    expect(() => read({ database: { connection }, engine: { enabled: 'yes' } })).toThrow('rollouts.engine.enabled');
  });
});
