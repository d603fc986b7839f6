import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './startChild';

describe('startChild', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aviary-child-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const start = (script: string) =>
    startChild({
      name: 'the child',
      args: ['-e', script],
      cwd: folder,
      log: join(folder, 'child.log'),
      environment: { GREETING: 'hello' },
    });

  async function logged(word: string): Promise<string> {
    for (;;) {
      const text = readFileSync(join(folder, 'child.log'), 'utf8');
      if (text.includes(word)) return text;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('says how it ended, with the end of its log', async () => {
    const child = start('console.log(process.env.GREETING); console.error("out of memory"); process.exit(3)');
    const sentence = await child.ended;
    expect(sentence).toMatch(/^The child ended with code 3\. The end of .*child\.log:\n {2}\| hello\n {2}\| out of memory$/);
    await child.stop();
  });

  it('names the signal that ended it', async () => {
    expect(await start('process.kill(process.pid, "SIGKILL")').ended).toContain('was ended by SIGKILL');
  });

  it('stops it together with what it started, and calls that no failure', async () => {
    const child = start(`
      const { spawn } = require('node:child_process');
      const grandchild = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      console.log('grandchild ' + grandchild.pid + ' started');
    `);
    const pid = Number(/grandchild (\d+)/.exec(await logged('started'))![1]);
    let news = 'none';
    child.ended.then((sentence) => (news = sentence));
    await child.stop();
    expect(await child.exited).toBeNull();
    await expect(gone(pid)).resolves.toBe(true);
    expect(news).toBe('none');
  });

  it('tells the child when this process is gone, by closing its channel', async () => {
    const child = start('console.log("channel", process.connected); setInterval(() => {}, 1000)');
    expect(await logged('channel')).toContain('channel true');
    await child.stop();
  });
});

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 250; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
