/** Placeholder shape, replaced next. */
export function EntityRollouts() {
  return <main>Rollouts</main>;
}
