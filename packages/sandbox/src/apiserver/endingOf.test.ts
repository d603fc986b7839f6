import { endingOf } from './endingOf';
import type { KubeObject } from './ObjectStore';

const NOW = Date.UTC(2024, 0, 1);
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

describe('endingOf', () => {
  const pod = (more: { metadata?: object; spec?: object; status?: object } = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', ...more.metadata },
    spec: { nodeName: 'node', terminationGracePeriodSeconds: 30, ...more.spec },
    status: { phase: 'Running', ...more.status },
  });
  const under = (end: number, grace: number) => pod({ metadata: { deletionTimestamp: at(end), deletionGracePeriodSeconds: grace } });

  it.each<[string, KubeObject, number | undefined, number, number]>([
    ['its own time', pod(), undefined, 30, 30],
    ['the time asked for', pod(), 90, 90, 90],
    ['no time when forced', pod(), 0, 0, 0],
    ['a second for a negative time', pod(), -1, 1, 1],
    ['no time on no node', pod({ spec: { nodeName: undefined } }), 90, 0, 0],
    ['no time when it has succeeded', pod({ status: { phase: 'Succeeded' } }), undefined, 0, 0],
    ['no time when it has failed', pod({ status: { phase: 'Failed' } }), undefined, 0, 0],
    ['what it had, asked for nothing', under(20, 30), undefined, 20, 30],
    ['what it had, asked for more', under(20, 30), 40, 20, 30],
    ['less, asked for less', under(20, 30), 15, 5, 15],
    ['a second, asked for what has passed', under(20, 30), 5, 0, 1],
    ['nothing more when forced', under(20, 30), 0, 0, 0],
    ['nothing more when there was nothing', under(-5, 0), 10, -5, 0],
  ])('gives a pod %s', (_, object, asked, end, grace) => {
    expect(endingOf('/pods', object, asked, NOW)).toEqual({ at: NOW + end * 1000, grace });
  });

  it('gives nothing else time', () => {
    expect(endingOf('/services', pod(), 30, NOW)).toEqual({ at: NOW, grace: 0 });
  });
});
