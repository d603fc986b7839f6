import type { KubeObject } from '../../apiserver/ObjectStore';

/** The share of a Service's requests that another Service of the same namespace gets; weights are relative to each other. */
export interface Share {
  service: string;
  weight: number;
}

/** Where the requests to one Service go. */
export interface Route {
  /** The Service that clients call, in the namespace of the route object. */
  service: string;
  shares: Share[];
}

/** How the mesh reads the routes of one kind of router. */
export interface RouteReader {
  /** The kind of the route objects, `<group>/<plural>`. */
  resource: string;
  /** What one route object says. */
  read(object: KubeObject): Route[];
}
