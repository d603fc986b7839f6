/** Switches that webhooks ask for and people turn: `gate` and `rollback`, one per canary. All are closed at first. */
export class Gates {
  private readonly open = new Set<string>();

  /** Opens or closes the switch of a canary. */
  set(kind: 'gate' | 'rollback', canary: { name: string; namespace: string }, open: boolean): void {
    if (open) this.open.add(keyOf(kind, canary));
    else this.open.delete(keyOf(kind, canary));
  }

  isOpen(kind: 'gate' | 'rollback', canary: { name: string; namespace: string }): boolean {
    return this.open.has(keyOf(kind, canary));
  }
}

function keyOf(kind: string, { name, namespace }: { name: string; namespace: string }): string {
  return `${kind}.${name}.${namespace}`;
}
