import type { KubeObject } from '../../apiserver/ObjectStore';
import type { Destination } from '../RequestRecorder';

/** The share of a Service's requests that another Service of the same namespace gets; weights are relative to each other. */
export interface Share {
  service: string;
  weight: number;
}

/** How the mesh reads the routes of one kind of router. */
export interface RouteReader {
  /** The kind of the route objects, `<group>/<plural>`. */
  resource: string;
  /**
   * Where requests to the destination go by these route objects, which are all of its namespace; `undefined` when none of them speaks of
   * that Service.
   */
  shares(objects: readonly KubeObject[], destination: Destination): Share[] | undefined;
}
