import type { Engine } from '@aviary/engine';
import type { EngineProcess } from '../harness/EngineProcess';
import type { Venue } from './Venue';

/**
 * The engine of a venue: one in this process for scenarios that share it, one in a process of its own for those that
 * kill it. Never two at once, so that it is known which one decides.
 */
export class EngineSeat {
  private inside: Engine | null = null;
  private outside: EngineProcess | null = null;
  /** Scenarios that are being played on the engine outside, and how many of them wait for its end. */
  private playing = 0;
  private waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(private readonly venue: Venue) {}

  async takeInside(): Promise<void> {
    this.inside = await this.venue.stage.startEngine(this.venue.engine);
  }

  /** For so many scenarios. */
  async takeOutside(players: number): Promise<void> {
    this.playing = players;
    await this.inside?.stop();
    this.inside = null;
    this.outside ??= await this.venue.stage.startEngineProcess(this.venue.engine);
  }

  /** Resolves when the engine has been killed and another one is at work. It is killed once, when all who play want it. */
  kill(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.killIfAllWait();
    });
  }

  /** One scenario has ended: the others do not wait for it any longer. */
  passOn(): void {
    this.playing--;
    this.killIfAllWait();
  }

  async leave(): Promise<void> {
    await this.inside?.stop();
    this.outside?.kill('SIGTERM');
    await this.outside?.ended;
  }

  private killIfAllWait(): void {
    const all = this.waiting;
    if (all.length === 0 || all.length < this.playing) return;
    this.waiting = [];
    this.replace().then(
      () => all.forEach(({ resolve }) => resolve()),
      (error) => all.forEach(({ reject }) => reject(error)),
    );
  }

  private async replace(): Promise<void> {
    if (this.outside === null) throw new Error('a scenario kills the engine and does not say `alone`');
    this.outside.kill('SIGKILL');
    await this.outside.ended;
    this.outside = null;
    this.outside = await this.venue.stage.startEngineProcess(this.venue.engine);
  }
}
