/** Placeholder shape, replaced next. */
export function RolloutsPage() {
  return <main>Rollouts</main>;
}
