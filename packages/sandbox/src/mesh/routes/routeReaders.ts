import type { RouteReader } from './RouteReader';
import { trafficSplits } from './trafficSplits';

/** Every kind of router that the mesh understands. The first one with a route for a Service decides. */
export const routeReaders: readonly RouteReader[] = [trafficSplits];
