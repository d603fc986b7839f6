import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeBuildTurn } from './takeBuildTurn';

describe('takeBuildTurn', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aviary-turn-'));
    file = join(folder, 'cache', 'building');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is had at once when nobody has it, and leaves nothing behind', async () => {
    const waited = jest.fn();
    const release = await takeBuildTurn(file, waited);
    expect(existsSync(file)).toBe(true);
    release();
    expect(waited).not.toHaveBeenCalled();
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it('comes after the one who has it', async () => {
    const release = await takeBuildTurn(file, jest.fn());
    const order: string[] = [];
    await new Promise<void>((done) => {
      void takeBuildTurn(file, (owner) => {
        order.push(`waits for ${owner}`);
        order.push('released');
        release();
      }).then((next) => {
        order.push('has it');
        next();
        done();
      });
    });
    expect(order).toEqual([`waits for ${process.pid}`, 'released', 'has it']);
  });

  it('is taken from a run that is gone', async () => {
    (await takeBuildTurn(file, jest.fn()))();
    // Above the highest process id of any system.
    writeFileSync(file, '99999999\n');
    const waited = jest.fn();
    (await takeBuildTurn(file, waited))();
    expect(waited).not.toHaveBeenCalled();
  });
});
