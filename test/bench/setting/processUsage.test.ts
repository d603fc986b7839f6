import { execFileSync } from 'node:child_process';
import { processUsage, treeUsage } from './processUsage';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('what /proc says of a process', () => {
  function work(milliseconds: number): void {
    const { user, system } = process.cpuUsage();
    for (let now = process.cpuUsage(); now.user + now.system - user - system < milliseconds * 1_000; now = process.cpuUsage());
  }

  it('is its processor time and its memory', () => {
    const before = processUsage(process.pid);
    work(200);
    const after = processUsage(process.pid);
    expect(after.cpu - before.cpu).toBeGreaterThanOrEqual(180);
    expect(after.cpu - before.cpu).toBeLessThanOrEqual(process.cpuUsage().user / 1_000 + process.cpuUsage().system / 1_000);
    const mebibytes = process.memoryUsage.rss() / 2 ** 20;
    expect(Math.abs(after.resident - mebibytes)).toBeLessThan(mebibytes / 4);
    expect(after.residentPeak).toBeGreaterThanOrEqual(after.resident);
  });

  it('counts the time of children that have ended for the whole tree, and not for the process', () => {
    const before = { own: processUsage(process.pid), tree: treeUsage(process.pid) };
    execFileSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 300_000);'], { env: { ...process.env, NODE_OPTIONS: '' } });
    const own = processUsage(process.pid).cpu - before.own.cpu;
    const tree = treeUsage(process.pid).cpu - before.tree.cpu;
    expect(tree - own).toBeGreaterThanOrEqual(280);
  });

  it('fails for a process that is not there', () => {
    expect(() => processUsage(2 ** 22 + 1)).toThrow('ENOENT');
  });
});
