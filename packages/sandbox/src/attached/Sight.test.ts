import { ManualClock } from '../ManualClock';
import { Sight } from './Sight';

describe('what is told of the sight of a cluster', () => {
  let clock: ManualClock;
  let sight: Sight;
  const told: string[] = [];

  beforeEach(() => {
    told.length = 0;
    clock = new ManualClock();
    sight = new Sight(clock, (sentence) => told.push(sentence));
  });

  const REFUSED = 'connect ECONNREFUSED 127.0.0.1:6443';
  const fail = (resource: string, problem: string) => sight.failed(resource, `GET https://127.0.0.1:6443/api/${resource}: ${problem}`);

  it('is a loss and its end, each once, with all kinds that it befell and the problem as it is at last', () => {
    fail('/pods', 'the connection broke off');
    clock.advance(100);
    fail('apps/replicasets', 'the connection broke off');
    for (let second = 0; second < 11; second++) {
      clock.advance(1000);
      fail('/pods', REFUSED);
      fail('apps/replicasets', REFUSED);
    }
    expect(told).toEqual([`lost sight of pods, replicasets: ${REFUSED}; trying again`]);
    clock.advance(400);
    sight.followed('apps/replicasets');
    clock.advance(500);
    sight.followed('/pods');
    clock.advance(60_000);
    expect(told.slice(1)).toEqual(['sees pods, replicasets again after 12 s']);
  });

  it('is nothing when a connection is back soon, whenever it broke', () => {
    for (let time = 0; time < 60_000; time += 1100) {
      fail('/pods', 'the connection broke off');
      clock.advance(1000);
      sight.followed('/pods');
      sight.followed('/services');
      clock.advance(100);
    }
    expect(told).toEqual([]);
  });

  it('names what fails for different reasons apart', () => {
    fail('/pods', '403 pods is forbidden');
    fail('/services', REFUSED);
    clock.advance(5000);
    expect(told).toEqual(['lost sight of pods: 403 pods is forbidden; trying again', `lost sight of services: ${REFUSED}; trying again`]);
  });

  it('goes on where it is lost again before its end was told, and is told anew when it is lost later', () => {
    fail('/pods', REFUSED);
    clock.advance(5000);
    sight.followed('/pods');
    clock.advance(1000);
    fail('/pods', REFUSED);
    clock.advance(60_000);
    expect(told).toHaveLength(1);
    sight.followed('/pods');
    clock.advance(5000);
    expect(told.slice(1)).toEqual(['sees pods again after 66 s']);
    fail('/pods', REFUSED);
    clock.advance(5000);
    expect(told).toHaveLength(3);
  });

  it('is not told any more after the end', () => {
    fail('/pods', REFUSED);
    sight.close();
    clock.advance(60_000);
    expect(told).toEqual([]);
  });
});
