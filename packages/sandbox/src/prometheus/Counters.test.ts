import { Counters } from './Counters';

describe('counters', () => {
  it('are the same ones whatever order their labels are given in, and however an absent label is written', () => {
    const counters = new Counters();
    counters.counter('hits_total', { pod: 'a', code: '200' }).value += 1;
    counters.counter('hits_total', { code: '200', pod: 'a' }).value += 2;
    counters.counter('hits_total', { code: '200', pod: 'a', extra: '' }).value += 4;
    expect(counters.readings()).toEqual([{ labels: { __name__: 'hits_total', pod: 'a', code: '200' }, value: 7 }]);
  });

  it('begin at zero again when they come back after they were removed', () => {
    const counters = new Counters();
    counters.counter('hits_total', { pod: 'a' }).value += 5;
    counters.counter('hits_total', { pod: 'b' });
    counters.remove(({ pod }) => pod === 'a');
    expect(counters.readings().map(({ value }) => value)).toEqual([0]);
    counters.counter('hits_total', { pod: 'a' }).value += 1;
    expect(counters.readings().map(({ labels, value }) => [labels.pod, value])).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
  });
});
