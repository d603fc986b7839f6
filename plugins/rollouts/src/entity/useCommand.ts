import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import type { CanaryKey, CommandStatus, CommandType, Rollout } from '@aviary/plugin-rollouts-common';
import { rolloutsApiRef } from '../apis/rolloutsApiRef';
import { isForbidden } from '../parts/answerError';

/** What became of the last command, in words for the person who gave it. */
export interface CommandOutcome {
  tone: 'moving' | 'done' | 'waiting' | 'failed';
  text: string;
}

/** Gives commands about one Canary, one at a time. */
export interface Command {
  isSending: boolean;
  outcome: CommandOutcome | null;
  send(type: CommandType, why: string): void;
}

const LOOK_EVERY = 500;
const LOOK_TIMES = 40;
const OUTCOME_STAYS = 15_000;

const DONE: Record<CommandType, string> = {
  pause: 'Paused.',
  resume: 'Resumed.',
  approve: 'Approved.',
  reject: 'Rejected.',
  abort: 'Aborted.',
  promote: 'Promoting.',
  retry: 'Started again.',
  adopt: 'Adopted.',
};

/** Sends a command, waits for the engine's answer, and has the page asked anew when it is there. */
export function useCommand(key: CanaryKey, rollout: Rollout | undefined, onAnswered: () => void): Command {
  const api = useApi(rolloutsApiRef);
  const [state, setState] = useState<{ isSending: boolean; outcome: CommandOutcome | null }>({ isSending: false, outcome: null });
  const alive = useRef(true);
  const latest = useRef({ key, rollout, onAnswered });
  latest.current = { key, rollout, onAnswered };
  useEffect(() => {
    if (state.isSending || state.outcome === null) {
      return undefined;
    }
    const timer = setTimeout(() => setState({ isSending: false, outcome: null }), OUTCOME_STAYS);
    return () => clearTimeout(timer);
  }, [state]);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  const send = useCallback(
    async (type: CommandType, why: string) => {
      const { key: canary, rollout: about } = latest.current;
      const show = (isSending: boolean, outcome: CommandOutcome) => alive.current && setState({ isSending, outcome });
      show(true, { tone: 'moving', text: 'Sent to the engine…' });
      try {
        const given = await api.command(canary, {
          type,
          rolloutId: about?.rolloutId ?? null,
          revision: about?.revision ?? null,
          ...(about?.gate && (type === 'approve' || type === 'reject') && { gate: about.gate.type }),
          why,
        });
        const answered = await waitForOutcome(given, () => (alive.current ? api.commandStatus(given.id) : undefined));
        show(false, describe(answered));
      } catch (error) {
        show(false, { tone: 'failed', text: failureText(type, error as Error) });
      }
      if (alive.current) {
        latest.current.onAnswered();
      }
    },
    [api],
  );
  return { ...state, send };
}

async function waitForOutcome(given: CommandStatus, look: () => Promise<CommandStatus> | undefined): Promise<CommandStatus> {
  let status = given;
  for (let times = 0; status.outcome === null && times < LOOK_TIMES; times++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    const next = look();
    if (next === undefined) {
      break;
    }
    status = await next;
  }
  return status;
}

function describe({ type, outcome, message }: CommandStatus): CommandOutcome {
  switch (outcome) {
    case 'done':
      return { tone: 'done', text: message ?? DONE[type] };
    case 'superseded':
      return { tone: 'waiting', text: message ?? 'Not done: the rollout you were looking at is no longer the running one.' };
    case 'refused':
      return { tone: 'failed', text: message ?? 'The engine refused.' };
    default:
      return { tone: 'waiting', text: 'The engine has not answered yet; the command is kept until it does.' };
  }
}

function failureText(type: CommandType, error: Error): string {
  return isForbidden(error) ? `You do not have the permission to ${type} here.` : `The command was not taken: ${error.message}`;
}
