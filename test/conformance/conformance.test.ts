import { createProviderRegistry } from '@aviary/engine';
import { diffTranscripts } from './diffTranscripts';
import { whySkipped, type Part, type Result } from './Part';
import { playParts } from './playParts';
import { SCENARIOS } from './scenarios';
import { openVenue } from './Venue';

jest.setTimeout(240_000);

describe('the same decisions with every router on the sandbox', () => {
  let parts: Part[];
  let results: Result[];

  beforeAll(async () => {
    const routers = (await createProviderRegistry()).list('router');
    parts = SCENARIOS.flatMap((scenario) => routers.map((router) => ({ scenario, router })));
    const venue = await openVenue('sandbox');
    const playable = parts.filter((part) => whySkipped(part) === null);
    results = await playParts(venue, playable, () => {}).finally(() => venue.close());
  });

  it.each(SCENARIOS.map(({ name, about }) => [name, about]))('%s: %s', (name) => {
    const played = results.filter(({ scenario }) => scenario.name === name);
    expect(played).not.toEqual([]);
    for (const { error, expected, found } of played) {
      if (error) throw error;
      expect(diffTranscripts(expected, found)).toEqual([]);
    }
  });

  it('leave out only what a router says that it cannot do', () => {
    const skipped = parts.filter((part) => whySkipped(part) !== null).map(({ scenario, router }) => `${scenario.name} ${router.id}`);
    expect(results).toHaveLength(parts.length - skipped.length);
    for (const part of parts) {
      const lacks = part.scenario.needs.some((ability) => !part.router.abilities[ability]);
      expect(skipped.includes(`${part.scenario.name} ${part.router.id}`)).toBe(lacks);
    }
  });
});
