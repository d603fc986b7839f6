import type { DemoPart } from './DemoPart';
import { Parts } from './Parts';

const NEVER = new Promise<never>(() => {});

describe('Parts', () => {
  const stopped: string[] = [];
  beforeEach(() => stopped.splice(0));

  function part(name: string, ended: Promise<string> = NEVER) {
    return { name, ended, stop: async () => void stopped.push(name) };
  }

  it('stops the last started first', async () => {
    const parts = new Parts();
    await parts.start(() => part('a'));
    await parts.start(() => part('b'));
    await parts.stop();
    expect(stopped).toEqual(['b', 'a']);
  });

  it('says so when a part ends on its own, whatever is waited for', async () => {
    const parts = new Parts();
    let end!: (sentence: string) => void;
    await parts.start(() => part('a', new Promise((resolve) => (end = resolve))));
    const waiting = parts.while(NEVER);
    end('a ended with code 3');
    await expect(waiting).rejects.toThrow('a ended with code 3');
    await expect(parts.start(() => part('b'))).rejects.toThrow('a ended with code 3');
    await parts.stop();
    expect(stopped).toEqual(['b', 'a']);
  });

  it('waits for a part that is still starting, and stops it', async () => {
    const parts = new Parts();
    let started!: () => void;
    const starting = parts.start(() => new Promise<DemoPart>((resolve) => (started = () => resolve(part('slow')))));
    const outcome = starting.catch((error) => error.message);
    const stopping = parts.stop();
    started();
    await stopping;
    expect(await outcome).toBe('The demo was stopped.');
    expect(stopped).toEqual(['slow']);
  });

  it('starts nothing once stopped', async () => {
    const parts = new Parts();
    await parts.stop();
    const launch = jest.fn(() => part('late'));
    await expect(parts.start(launch)).rejects.toThrow('stopped');
    expect(launch).not.toHaveBeenCalled();
  });

  it('stops the others when one does not stop', async () => {
    const complaint = jest.spyOn(console, 'error').mockImplementation();
    const parts = new Parts();
    await parts.start(() => part('a'));
    await parts.start(() => ({ ...part('b'), stop: async () => Promise.reject(new Error('stuck')) }));
    await parts.stop();
    expect(stopped).toEqual(['a']);
    expect(complaint).toHaveBeenCalledWith('b did not stop in good order: stuck');
    complaint.mockRestore();
  });
});
