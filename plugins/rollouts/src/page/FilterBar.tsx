import { useEffect, useRef, useState } from 'react';
import { RiFilter3Line } from '@remixicon/react';
import { Button, Select, SearchField } from '@backstage/ui';
import type { Phase } from '@aviary/plugin-rollouts-common';
import { PHASES } from '../phases';
import type { RolloutFilters } from './rolloutFilters';

const TYPING_PAUSE = 300;
const PHASE_OPTIONS = Object.entries(PHASES)
  .filter(([phase]) => phase !== 'Paused')
  .map(([id, { label }]) => ({ id, label }));

/** What one may choose from, besides the phases. */
export interface FilterChoices {
  clusters: string[];
  namespaces: string[];
  owners: string[];
}

/** Search and selects. Narrow pages fold the selects behind one button. `/` leads to the search. */
export function FilterBar(props: {
  filters: RolloutFilters;
  choices: FilterChoices;
  onChange: (change: RolloutFilters, options?: { replace?: boolean }) => void;
}) {
  const { filters, choices, onChange } = props;
  const [isOpen, setOpen] = useState(false);
  const chosen = [filters.phase, filters.cluster, filters.namespace, filters.owner].filter(Boolean).length;
  return (
    <div className={`av-filters ${isOpen ? 'av-open' : ''}`} role="search" aria-label="Rollouts">
      <Search text={filters.search ?? ''} onChange={(search) => onChange({ search }, { replace: true })} />
      <Button
        variant="secondary"
        className="av-filters-button"
        iconStart={<RiFilter3Line />}
        aria-expanded={isOpen}
        onPress={() => setOpen(!isOpen)}
      >
        {chosen === 0 ? 'Filters' : `Filters (${chosen})`}
      </Button>
      <Choice name="Phase" chosen={filters.phase} options={PHASE_OPTIONS} onChange={(phase) => onChange({ phase: phase as Phase[] })} />
      <Choice name="Cluster" chosen={filters.cluster} options={toOptions(choices.clusters)} onChange={(cluster) => onChange({ cluster })} />
      <Choice
        name="Namespace"
        chosen={filters.namespace}
        options={toOptions(choices.namespaces)}
        onChange={(namespace) => onChange({ namespace })}
      />
      <Choice
        name="Owner"
        chosen={filters.owner}
        options={toOptions(choices.owners, ownerName)}
        onChange={(owner) => onChange({ owner })}
      />
    </div>
  );
}

/** `group:default/payments` as people say it: `payments`. */
export function ownerName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

function Search({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const field = useRef<HTMLDivElement>(null);
  const latest = useRef({ text, onChange });
  latest.current = { text, onChange };
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === latest.current.text) {
      return undefined;
    }
    const timer = setTimeout(() => latest.current.onChange(typed), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === '/' && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        field.current?.querySelector('input')?.focus();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div ref={field} className="av-search">
      <SearchField
        aria-label="Search service, version or reason"
        placeholder="Search service, version or reason"
        size="small"
        value={typed}
        onChange={setTyped}
      />
      {typed === '' && (
        <kbd className="av-key" aria-hidden>
          /
        </kbd>
      )}
    </div>
  );
}

function Choice(props: {
  name: string;
  chosen: string[] | undefined;
  options: { id: string; label: string }[];
  onChange: (chosen: string[] | undefined) => void;
}) {
  const { name, chosen = [], options, onChange } = props;
  const known = [
    ...options,
    ...chosen.filter((id) => !options.some((option) => option.id === id)).map((id) => ({ id, label: ownerName(id) })),
  ];
  return (
    <div className="av-choice">
      <span className="av-choice-name" aria-hidden="true">
        {name}:
      </span>
      <Select
        aria-label={name}
        size="small"
        selectionMode="multiple"
        placeholder="any"
        options={known}
        value={chosen}
        onChange={(keys) => onChange(keys.length === 0 ? undefined : keys.map(String))}
      />
    </div>
  );
}

function toOptions(values: string[], label: (value: string) => string = (value) => value) {
  return values.map((id) => ({ id, label: label(id) }));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
