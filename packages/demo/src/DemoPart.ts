/** One running piece of the demo. */
export interface DemoPart {
  /** As people know it: `the portal`. */
  name: string;
  /** Resolves when the piece ended although nobody stopped it, with a sentence that says what is known. */
  ended: Promise<string>;
  /** Stops it and whatever it started. Safe when it has ended. */
  stop(): Promise<void>;
}
