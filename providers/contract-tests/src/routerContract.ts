import assert from 'node:assert/strict';
import type { KubeObject, RoutedCanary, RouterProvider, Routes } from '@aviary/provider-contract';
import { ObjectSet, isReferenced, jsonCopy } from './ObjectSet';
import { assertKind, providerErrorOf } from './providerErrors';
import { routedCanary } from './routedCanary';
import type { TestFunction } from './TestFunction';

/** A router and the world that it needs. */
export interface RouterFixture {
  router: RouterProvider;
  /** Default: `routedCanary()`. */
  canary?: RoutedCanary;
  /** Objects that users bring, such as the Ingress that the router copies. */
  existing?: readonly KubeObject[];
  /** What the controller of the route objects does to one when it accepts it, for routers that read its status. */
  accept?(object: KubeObject): KubeObject;
}

/** The functions that the templates of built-in queries may call (the subset that the engine renders). */
const QUERY_FUNCTIONS = /\{\{\s*(name|namespace|target|service|ingress|route|interval)\s*\}\}/g;
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch'];
const MATCH = { iterations: 5, match: [{ headers: { 'x-canary': { exact: 'insider' } } }] };
const AFFINITY = { sessionAffinity: { cookieName: 'canary-cookie', maxAge: 3600 } };

/** Declares the tests that every router must pass. */
export function routerContract(test: TestFunction, fixture: RouterFixture): void {
  const { router, canary = routedCanary() } = fixture;
  const { abilities } = router;
  const references = router.references(canary);

  const world = () => new ObjectSet(fixture.existing ?? []);
  const read = (objects: ObjectSet, of: RoutedCanary = canary) => router.read(of, objects.all);
  function set(objects: ObjectSet, routes: Routes, of: RoutedCanary = canary): void {
    objects.apply(router.render(of, routes, objects.all));
    if (fixture.accept) {
      for (const object of objects.all.filter((candidate) => isReferenced(candidate, references))) {
        objects.replace(fixture.accept(jsonCopy(object)));
      }
    }
  }
  function rendered(routes: Routes, of: RoutedCanary): KubeObject[] {
    return router.render(of, routes, world().all).write;
  }

  test('says what it is', async () => {
    assert.equal(router.kind, 'router');
    assert.match(router.id, /^[a-z0-9][a-z0-9:.-]*$/);
    assert.notEqual(router.displayName, '');
  });

  test('references the same objects whenever it is asked', async () => {
    const objects = world();
    for (const canaryWeight of [0, 40, 100]) {
      if (abilities.weights) set(objects, split(canaryWeight));
      assert.deepEqual(router.references(canary), references);
    }
  });

  test('asks for the permissions that its objects need', async () => {
    for (const { group, plural } of references) {
      for (const verb of VERBS) {
        const isGranted = router.rbac.some(
          (rule) => rule.apiGroups.includes(group) && rule.resources.includes(plural) && rule.verbs.includes(verb),
        );
        assert.ok(isGranted, `rbac does not grant ${verb} on ${plural}.${group}`);
      }
    }
    const asked = router.rbac.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    assert.ok(!asked.includes('*'), 'rbac has a wildcard; name groups, resources and verbs');
  });

  if (references.length > 0) {
    test('reads that its objects are absent before they exist', async () => {
      assert.deepEqual(read(world()), { state: 'absent' });
    });
  }

  if (abilities.weights) {
    test('reads back every weight that it sets', async () => {
      const objects = world();
      for (const weight of [...Array(101).keys(), 100, 0, 50, 1, 99, 0, 100]) {
        set(objects, split(weight));
        const reading = read(objects);
        assert.equal(reading.state, 'ready', `after setting ${weight}`);
        assert.deepEqual(reading, { state: 'ready', routes: split(weight) });
      }
    });

    test('sets any weight at once on a new cluster', async () => {
      for (const weight of [0, 37, 100]) {
        const objects = world();
        set(objects, split(weight));
        assert.deepEqual(read(objects), { state: 'ready', routes: split(weight) });
      }
    });

    test('returns an object that is right as the same object', async () => {
      const objects = world();
      for (const weight of [0, 5, 100]) {
        set(objects, split(weight));
        const { write, remove } = router.render(canary, split(weight), objects.all);
        assert.ok(write.length > 0, 'render returns what must exist, also when it is right');
        for (const object of write)
          assert.ok(objects.all.includes(object), `${object.kind} ${object.metadata.name} is not the same object`);
        assert.deepEqual(remove, []);
      }
    });

    test('writes only objects that it references, and makes the Canary the owner of new ones', async () => {
      const { write } = router.render(canary, split(0), world().all);
      for (const object of write) {
        assert.ok(isReferenced(object, references), `${object.kind} ${object.metadata.name} is not among the references`);
        if (world().all.some(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name)) continue;
        if (object.metadata.namespace === canary.namespace) assert.deepEqual(object.metadata.ownerReferences, [canary.owner]);
      }
    });

    test('keeps what others put into its objects', async () => {
      const objects = world();
      set(objects, split(0));
      const own = objects.all.filter((object) => isReferenced(object, references));
      for (const object of own) objects.replace(touchedByOthers(object));
      set(objects, split(30));
      assert.deepEqual(read(objects), { state: 'ready', routes: split(30) });
      for (const object of objects.all.filter((candidate) => isReferenced(candidate, references))) assertTouched(object);
      const { write } = router.render(canary, split(30), objects.all);
      for (const object of write) assert.ok(objects.all.includes(object), 'foreign fields count as drift');
    });
  } else {
    test('says that the primary has all traffic, and sets nothing', async () => {
      const { write, remove } = router.render(canary, split(0), world().all);
      assert.deepEqual({ write, remove }, { write: [], remove: [] });
      assert.deepEqual(read(world()), { state: 'ready', routes: split(0) });
    });
  }

  if (abilities.mirror) {
    test('reads back that it mirrors, and that it stopped', async () => {
      const objects = world();
      const mirrored = routedCanary({ ...canary.spec, analysis: { ...canary.spec.analysis, mirror: true, iterations: 5 } });
      for (const mirror of [true, false]) {
        set(objects, { ...split(0), mirror }, mirrored);
        assert.deepEqual(read(objects, mirrored), { state: 'ready', routes: { ...split(0), mirror } });
      }
    });
  } else {
    test('does not claim to mirror', async () => {
      const objects = world();
      try {
        set(objects, { ...split(0), mirror: true });
      } catch (error) {
        assertKind(await providerErrorOf(() => Promise.reject(error)), 'unsupported');
        return;
      }
      const reading = read(objects);
      assert.ok(reading.state !== 'ready' || !reading.routes.mirror, 'it mirrors, but abilities.mirror is false');
    });
  }

  const features = [
    { ability: 'headerMatch', analysis: MATCH },
    { ability: 'sessionAffinity', analysis: AFFINITY },
  ] as const;
  for (const { ability, analysis } of features) {
    // What a claimed ability does is the provider's own test; here: one that is not claimed has no effect.
    if (abilities[ability]) continue;
    test(`ignores or refuses what needs ${ability}, which it does not claim`, async () => {
      const asking = { ...canary, spec: { ...canary.spec, analysis: { ...canary.spec.analysis, ...analysis } } };
      try {
        assert.deepEqual(rendered(split(0), asking), rendered(split(0), canary));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assertKind(await providerErrorOf(() => Promise.reject(error)), 'unsupported');
      }
    });
  }

  test('finalizes without touching objects of others', async () => {
    const objects = world();
    if (abilities.weights) set(objects, split(50));
    const { write, remove } = router.finalize(canary, objects.all);
    const { write: none } = router.finalize(canary, []);
    for (const object of [...write, ...none]) assert.ok(isReferenced(object, references));
    for (const ref of remove) assert.ok(references.some(({ kind, name }) => kind === ref.kind && name === ref.name));
  });

  if (router.queries) {
    const { 'request-success-rate': rate, 'request-duration': duration } = router.queries;
    test('has built-in queries that the engine can render', async () => {
      for (const query of [rate, duration]) {
        assert.match(query, QUERY_FUNCTIONS);
        assert.doesNotMatch(query.replace(QUERY_FUNCTIONS, ''), /\{\{|\}\}/, 'the query calls a function that the engine does not have');
      }
    });
  }
}

function split(canary: number): Routes {
  return { primary: 100 - canary, canary, mirror: false };
}

function touchedByOthers(object: KubeObject): KubeObject {
  const { metadata } = object;
  return {
    ...jsonCopy(object),
    metadata: {
      ...jsonCopy(metadata),
      labels: { ...metadata.labels, 'example.com/team': 'blue' },
      annotations: { ...metadata.annotations, 'example.com/note': 'keep me' },
      finalizers: [...(metadata.finalizers ?? []), 'example.com/wait'],
    },
    spec: { ...jsonCopy(object.spec), fieldOfOthers: { kept: true } },
  };
}

function assertTouched(object: KubeObject): void {
  assert.equal(object.metadata.labels?.['example.com/team'], 'blue', 'a foreign label is lost');
  assert.equal(object.metadata.annotations?.['example.com/note'], 'keep me', 'a foreign annotation is lost');
  assert.ok(object.metadata.finalizers?.includes('example.com/wait'), 'a foreign finalizer is lost');
  assert.deepEqual(object.spec.fieldOfOthers, { kept: true }, 'a foreign field of spec is lost');
}
