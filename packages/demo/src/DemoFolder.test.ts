import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoFolder } from './DemoFolder';

describe('DemoFolder', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'aviary-folder-'));
  });
  afterEach(() => rmSync(path, { recursive: true }));

  it('is for one run at a time', () => {
    // The process that started the tests is alive for as long as they run.
    writeFileSync(join(path, 'pid'), `${process.ppid}\n`);
    expect(() => new DemoFolder(path).lock()).toThrow(new RegExp(`running already, as process ${process.ppid}.*--data-dir`));
  });

  it('is free again when the run that had it is gone', () => {
    // Above the highest process id of any system.
    writeFileSync(join(path, 'pid'), '99999999\n');
    new DemoFolder(path).lock();
    const next = new DemoFolder(path);
    next.lock();
    next.unlock();
    expect(existsSync(join(path, 'pid'))).toBe(false);
  });

  it('forgets data, not logs', () => {
    const folder = new DemoFolder(path);
    mkdirSync(folder.sandbox);
    writeFileSync(folder.kubeconfig, '');
    writeFileSync(folder.clock, '');
    writeFileSync(folder.log('portal'), 'why it broke');
    folder.reset();
    expect([folder.sandbox, folder.kubeconfig, folder.clock].filter((each) => existsSync(each))).toEqual([]);
    expect(existsSync(folder.log('portal'))).toBe(true);
  });
});
