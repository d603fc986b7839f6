import { formatPercent } from '../../analysis/formatNumber';
import type { Judgement } from '../Decision';
import { ask } from '../asking';
import { decide, HOME, isNews, normal, noticed, wakeAt, warning, type Pass } from '../Pass';
import type { Question } from '../Question';
import { dueAt } from '../timing';
import { primaryTrouble, targetTrouble } from '../words';
import { seenConfigs } from './changes';

/**
 * From nothing to Initialized: services, primary and routes are made, traffic moves to the primary once it has ready
 * endpoints, and after the drain the target is scaled to zero. Nobody loses the only healthy version on the way.
 */
export function initialise(pass: Pass): Judgement | null {
  const { state, situation } = pass;
  if (state.stage === 'draining') {
    return finishInitialisation(pass);
  }
  const wanted = state.desired.primary;
  const isStale = wanted !== null && !situation.primary.present && wanted.revision !== situation.target.revision;
  if (state.desired.objects === 'untouched' || isStale) {
    return begin(pass);
  }
  const due = dueAt(situation);
  if (pass.confirmed && due !== null && pass.now >= due && primaryTrouble(situation) === '') {
    return decide(pass, {
      kind: 'initialise',
      reason: `${formatPercent(100)} of traffic is on the primary; scaling ${pass.names.target} down.`,
      stage: 'draining',
      desired: { target: 'zero', targetScaler: 'paused' },
      state: { notices: noticed(state.notices, 'primary', null), notReadySince: { target: null, primary: null, routes: null } },
    });
  }
  return primaryNotice(pass) ?? wakeAt(pass, due);
}

/** The first decision: what must exist. The metric sources are tried once; a failure is told and stops nothing. */
function begin(pass: Pass): Judgement | null {
  const { situation, state, names } = pass;
  const { target, primary, draws } = situation;
  if (!target.present || target.revision === null) {
    const text = targetTrouble(situation);
    if (state.notices.target === text) {
      return null;
    }
    return decide(pass, {
      kind: 'notice',
      reason: `Waiting for ${names.canaryWorkload}: it does not exist.`,
      events: [warning(text)],
      state: { notices: noticed(state.notices, 'target', text) },
    });
  }
  const probes = probe(pass);
  if (probes.questions.length > 0) {
    return ask(...probes.questions);
  }
  // A primary that is there already (an earlier Canary's) is kept as it is.
  const wanted = primary.present ? null : { revision: target.revision, configs: seenConfigs(situation.configs), podId: draws.podId };
  return decide(pass, {
    kind: 'initialise',
    reason: `Initialising: making the primary of ${names.target} and the services, then moving traffic to it.`,
    phase: 'Initializing',
    stage: 'initialising',
    desired: {
      routes: HOME,
      primary: wanted,
      target: 'untouched',
      targetScaler: 'running',
      objects: 'managed',
      finalizer: pass.spec.revertOnDeletion,
    },
    events: probes.events,
    state: { notices: noticed(noticed(state.notices, 'target', null), 'probe', 'done') },
  });
}

function probe(pass: Pass): { questions: Question[]; events: { type: 'Normal' | 'Warning'; message: string }[] } {
  if (pass.spec.skipAnalysis || pass.state.notices.probe !== undefined) {
    return { questions: [], events: [] };
  }
  const sources = new Map<string, Question>();
  for (const check of pass.situation.checks.filter(({ query }) => query !== null)) {
    const key = check.kind === 'template' ? `template/${check.name}` : 'default';
    if (!sources.has(key)) {
      sources.set(key, { kind: 'probe', id: `probe/${check.index}`, index: check.index });
    }
  }
  const questions = [...sources.values()];
  const open = questions.filter(({ id }) => !pass.answers.has(id));
  const failure = questions.map(({ id }) => pass.answers.get(id)?.result).find((result) => result?.kind === 'failed');
  const events =
    failure?.kind === 'failed'
      ? [warning(`Error checking metric providers: ${failure.message}`)]
      : [normal('all the metrics providers are available!')];
  return { questions: open, events };
}

function primaryNotice(pass: Pass): Judgement | null {
  const { situation, state, names } = pass;
  if (!situation.primary.present) {
    return null;
  }
  const trouble = primaryTrouble(situation);
  const text = situation.primary.ready || trouble === '' ? null : `${names.primary} not ready: ${trouble}`;
  if (text === null || !isNews(pass, 'primary', text)) {
    return null;
  }
  return decide(pass, {
    kind: 'notice',
    reason: `Initialising: the primary is not ready yet: ${trouble}.`,
    events: [warning(text)],
    state: {
      notices: noticed(state.notices, 'primary', text),
      notReadySince: { ...state.notReadySince, primary: state.notReadySince.primary ?? pass.now },
    },
    notBefore: 'keep',
  });
}

function finishInitialisation(pass: Pass): Judgement | null {
  if (!pass.confirmed) {
    return null;
  }
  const { situation, names, state } = pass;
  const revision = state.desired.primary?.revision ?? situation.primary.revision ?? situation.target.revision ?? '';
  return decide(pass, {
    kind: 'initialised',
    reason: `Ready: ${situation.primary.version} is serving. A change of ${names.target} starts a rollout.`,
    phase: 'Initialized',
    stage: 'idle',
    desired: { primary: null, target: 'untouched', targetScaler: 'paused' },
    state: {
      promoted: { revision, version: situation.primary.version },
      appliedRevision: revision,
      lastAppliedSpec: revision,
      lastPromotedSpec: revision,
      trackedConfigs: state.desired.primary?.configs ?? seenConfigs(situation.configs),
      configChange: null,
    },
    events: [normal(`Initialization done! ${names.canary}`)],
    alerts: [{ severity: 'info', message: `New ${names.kind} detected, initialization completed.`, withMetadata: true }],
  });
}
