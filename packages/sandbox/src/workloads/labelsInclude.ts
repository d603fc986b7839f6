/** Whether `labels` has every label of `wanted`, as a Service's selector asks. An empty `wanted` fits everything. */
export function labelsInclude(labels: Record<string, string> | undefined, wanted: Record<string, string> | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value);
}
