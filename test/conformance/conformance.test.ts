import { createProviderRegistry } from '@aviary/engine';
import { grounds } from '../harness/grounds';
import { diffTranscripts } from './diffTranscripts';
import { whySkipped, type Part, type Result } from './Part';
import { playParts } from './playParts';
import { SCENARIOS } from './scenarios';
import { openVenue } from './Venue';

jest.setTimeout(400_000);

describe.each(grounds())('the same decisions with every router on the %s', (ground) => {
  let results: Result[];

  beforeAll(async () => {
    const routers = (await createProviderRegistry()).list('router');
    const parts = SCENARIOS.flatMap((scenario) => routers.map((router): Part => ({ scenario, router })));
    const venue = await openVenue(ground);
    results = await playParts(
      venue,
      parts.filter((part) => whySkipped(part) === null),
      () => {},
    ).finally(() => venue.close());
  });

  it.each(SCENARIOS.map(({ name, about }) => [name, about]))('%s: %s', (name) => {
    const played = results.filter(({ scenario }) => scenario.name === name);
    expect(played).not.toEqual([]);
    for (const { error, expected, found } of played) {
      expect(diffTranscripts(expected, found)).toEqual([]);
      if (error) throw error;
    }
  });
});
