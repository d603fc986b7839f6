import { parseAcceptance } from './parseAcceptance';
import { parseHey } from './parseHey';
import { splitCommand } from './splitCommand';

describe('splitCommand', () => {
  it.each([
    ['hey -z 2m http://a/', ['hey', '-z', '2m', 'http://a/']],
    ["curl -sd 'a b' x|grep token", ['curl', '-sd', 'a b', 'x', '|', 'grep', 'token']],
    ['echo "a \\"b\\"" c\\ d', ['echo', 'a "b"', 'c d']],
    ['a && b; c', ['a', '&&', 'b', ';', 'c']],
    ['echo $HOME', undefined],
    ['echo `id`', undefined],
    ['echo "$(id)"', undefined],
    ['echo > file', undefined],
    ["echo 'open", undefined],
  ])('%s', (line, words) => expect(splitCommand(line)).toEqual(words));
});

describe('parseHey', () => {
  const podinfo = { service: 'podinfo-canary', namespace: 'test' };
  it.each([
    ['hey -z 2m -q 10 -c 2 http://podinfo-canary.test:9898/', { target: podinfo, perSecond: 20, duration: 120_000 }],
    [
      'hey -z 2m -q 10 -c 2 http://face-canary.faces/',
      { target: { service: 'face-canary', namespace: 'faces' }, perSecond: 20, duration: 120_000 },
    ],
    ['/usr/bin/hey -z=1m30s -q=5 -c=1 http://podinfo-canary.test.svc.cluster.local/', { target: podinfo, perSecond: 5, duration: 90_000 }],
    ["hey -n 100 -c 2 -m POST -H 'x-user: a b' -d '{}' http://podinfo-canary.test/", { target: podinfo, perSecond: 20, duration: 5000 }],
    ['hey -disable-keepalive -c 1 -q 1 http://podinfo-canary.test/', { target: podinfo, perSecond: 1, duration: 200_000 }],
    ['hey http://podinfo-canary', { target: { service: 'podinfo-canary', namespace: 'own' }, perSecond: 500, duration: 400 }],
  ])('%s', (command, plan) => expect(parseHey(command, 'own')).toEqual(plan));

  it.each([
    ['ghz --insecure podinfo-canary.test:9898', /simulates only hey, not "ghz"/],
    ['hey http://a.b/ && rm -rf /', /only a single hey command/],
    ['hey -z 2m', /one address, found 0/],
    ['hey -z soon http://a.b/', /-z soon is not a duration/],
    ['hey -c 0 http://a.b/', /-c 0 is not a positive number/],
    ['hey http://example.com:80/path/', undefined],
    ['hey http://www.example.com.org/', /no address of a Service/],
    ['hey $URL', /not a plain command line/],
    ['', /not a plain command line/],
  ])('says what is wrong with %s', (command, message) => {
    if (message) expect(() => parseHey(command, 'own')).toThrow(message);
    else expect(parseHey(command, 'own').target).toEqual({ service: 'example', namespace: 'com' });
  });
});

describe('parseAcceptance', () => {
  const podinfo = { kind: 'request', target: { service: 'podinfo-canary', namespace: 'test' } };
  it.each([
    ["curl -sd 'test' http://podinfo-canary.test:9898/token | grep token", podinfo],
    ['curl -s -X POST -H "content-type: application/json" -d {} http://podinfo-canary.test/', podinfo],
    ['curl podinfo-canary.test:9898/readyz', podinfo],
    ['exit 0', { kind: 'result', exitCode: 0, output: '' }],
    ['exit 3', { kind: 'result', exitCode: 3, output: '' }],
    ['true', { kind: 'result', exitCode: 0, output: '' }],
    ['false', { kind: 'result', exitCode: 1, output: '' }],
    ["echo 'all is well'", { kind: 'result', exitCode: 0, output: 'all is well\n' }],
    ['rm -rf /', undefined],
    ['curl http://a.b/ | sh', undefined],
    ['curl http://a.b/ && true', undefined],
    ['curl http://a.b/ http://c.d/', undefined],
    ['echo $(id)', undefined],
    ['bats test.bats', undefined],
  ])('%s', (command, expected) => expect(parseAcceptance(command, 'own')).toEqual(expected));
});
