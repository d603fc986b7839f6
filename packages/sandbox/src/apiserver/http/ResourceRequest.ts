import type { Clock } from '../../Clock';
import type { ObjectStore } from '../ObjectStore';
import type { ResourceType, ResourceVersion } from '../ResourceType';
import type { Representation } from './Representation';

/** A request for objects of a known kind, taken apart. */
export interface ResourceRequest {
  store: ObjectStore;
  clock: Clock;
  type: ResourceType;
  version: ResourceVersion;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
  query: URLSearchParams;
  representation: Representation;
  /** The answer goes as YAML. */
  yaml: boolean;
  contentType: string;
  body: Buffer;
  /** Who writes, for managedFields: the `fieldManager` parameter or the start of the user agent. */
  manager: string;
  /** Sentences for the client, sent as Warning headers. */
  warnings: string[];
}

/** What goes back: a status code and a JSON body. */
export interface Reply {
  code: number;
  body: object;
}
