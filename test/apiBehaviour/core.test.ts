import { grounds, startGround } from '../harness/grounds';
import { Api } from './Api';
import { builtinKinds } from './core/builtinKinds';
import { concurrency } from './core/concurrency';
import { deletion } from './core/deletion';
import { discovery } from './core/discovery';
import { fieldValidation } from './core/fieldValidation';
import { history } from './core/history';
import { lists } from './core/lists';
import { patches } from './core/patches';
import { representations } from './core/representations';
import { serverSideApply } from './core/serverSideApply';
import { watches } from './core/watches';
import { defineWidgets } from './core/widgets';
import { writes } from './core/writes';
import type { Subject } from './Subject';

/** One cluster for all of them: to start one takes longer than everything that is asked of it. */
const topics: Record<string, (at: Subject) => void> = {
  discovery,
  lists,
  watches,
  writes,
  patches,
  'server-side apply': serverSideApply,
  deletion,
  representations,
  'built-in kinds': builtinKinds,
  'field validation': fieldValidation,
  concurrency,
  history,
};

jest.setTimeout(60_000);

describe.each(grounds())('the API of the %s:', (name) => {
  const at = {} as Subject;

  beforeAll(async () => {
    at.ground = await startGround(name);
    at.api = new Api(at.ground.kubeconfigPath);
    await defineWidgets(at);
  });

  afterAll(async () => {
    await at.api?.close();
    await at.ground?.close();
  });

  describe.each(Object.entries(topics))('%s:', (_, describeTopic) => describeTopic(at));
});
