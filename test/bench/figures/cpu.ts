import { addServices } from '../setting/addServices';
import { setBenchStage } from '../setting/BenchStage';
import type { Bench } from '../Figure';
import { pause } from '../setting/pause';

const COUNT = 100;
const SPEED = 5;
const SECONDS = 300;
/** Real milliseconds that are measured, and before that are left for the compiler to warm up. */
const WINDOW = 20_000;
const WARM_UP = 15_000;

/** What a due look costs the engine when many rollouts are under way. */
export const cpu: Bench = {
  name: 'cpu',
  about: `processor time of a due look and memory, ${COUNT} rollouts with two checks each, ${SPEED} times as fast`,
  async measure(progress) {
    let names: string[] = [];
    const stage = await setBenchStage({
      speed: SPEED,
      prepare: ({ sandbox }) => {
        names = addServices(sandbox, { count: COUNT, checks: true, analysis: { stepWeight: 1, maxWeight: 100 } });
      },
    });
    try {
      progress(`initialising ${COUNT} Canaries`);
      await stage.waitFor(names, 'Initialized', ({ status }) => status?.phase === 'Initialized', SECONDS);
      await Promise.all(names.map((name) => stage.setImage(name, '6.0.1')));
      await stage.waitFor(names, 'under analysis', ({ status }) => (status?.canaryWeight ?? 0) > 0, SECONDS);
      await pause(WARM_UP);
      progress(`watching ${WINDOW / 1_000} s`);
      let looks = 0;
      const stop = stage.sandbox.store.subscribe(({ type, resource, object }) => {
        // With weights that all differ every look that passes is one Advance.
        if (resource === '/events' && type === 'ADDED' && /^Advance /.test(String(object.message))) looks += 1;
      });
      const before = stage.engine.usage();
      const begun = performance.now();
      await pause(WINDOW);
      const after = stage.engine.usage();
      const seconds = (performance.now() - begun) / 1_000;
      stop();
      const used = after.cpu - before.cpu;
      const failing = names.filter((name) => (stage.canary(name)?.status?.failedChecks ?? 0) > 0).length;
      const conditions = `${COUNT} rollouts, ${(looks / seconds).toFixed(1)} looks/s, ${Math.round(used / seconds / 10)} % of a core`;
      return [
        {
          name: 'engine CPU per due look',
          unit: 'ms',
          value: used / looks,
          target: null,
          runs: looks,
          note: `${conditions}; everything that the engine did in the time divided by the looks${failing === 0 ? '' : `; ${failing} rollouts had failed checks`}`,
        },
        {
          name: `engine memory, ${COUNT} rollouts under way`,
          unit: 'MiB',
          value: Math.round(after.resident),
          target: null,
          runs: 1,
          note: `resident; at most ${Math.round(after.residentPeak)} MiB since the start; sources compiled in the process`,
        },
      ];
    } finally {
      await stage.close();
    }
  },
};
