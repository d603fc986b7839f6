interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

/** Whether labels fit a `LabelSelector` (`matchLabels` and `matchExpressions`). An empty selector fits everything. */
export function selectorMatches(
  selector: { matchLabels?: Record<string, string>; matchExpressions?: Requirement[] } | undefined,
  labels: Record<string, string> | undefined,
): boolean {
  return (
    labelsInclude(labels, selector?.matchLabels) && (selector?.matchExpressions ?? []).every((requirement) => fits(requirement, labels))
  );
}

/** Whether `labels` has every label of `wanted`. */
export function labelsInclude(labels: Record<string, string> | undefined, wanted: Record<string, string> | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value);
}

function fits({ key, operator, values = [] }: Requirement, labels: Record<string, string> | undefined): boolean {
  const value = labels?.[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'In') return value !== undefined && values.includes(value);
  return value === undefined || !values.includes(value);
}
