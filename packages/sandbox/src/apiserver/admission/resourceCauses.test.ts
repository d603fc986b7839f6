import { resourceCauses } from './resourceCauses';

describe('resourceCauses', () => {
  it.each<[request: string, limit: string | undefined, refused: boolean]>([
    ['1', '200m', true],
    ['100m', '200m', false],
    ['200m', '0.2', false],
    ['1Gi', '1G', true],
    ['64Mi', '64Mi', false],
    ['1e3', '1k', false],
    ['2', undefined, false],
  ])('compares a request of %s with a limit of %s', (request, limit, refused) => {
    const causes = resourceCauses({ requests: { cpu: request }, limits: limit ? { cpu: limit } : {} }, 'resources');
    expect(causes.map(({ message }) => message)).toEqual(
      refused ? [`Invalid value: "${request}": must be less than or equal to cpu limit of ${limit}`] : [],
    );
  });
});
