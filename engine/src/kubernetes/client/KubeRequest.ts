import type { KubeObject } from '@aviary/provider-contract';
import type { WriteRank } from './WriteWindow';

/** What to list. */
export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Objects per page. Default 500. */
  limit?: number;
  /** Ask for metadata alone and drop the rest: for Secrets and ConfigMaps. */
  metadataOnly?: boolean;
  /** Milliseconds per page. */
  deadlineMs?: number;
  /** Every page is tried once, by who has a patience of its own. Default false. */
  once?: boolean;
  signal?: AbortSignal;
}

/** A whole collection at one resourceVersion. */
export interface ObjectList {
  items: KubeObject[];
  resourceVersion: string;
}

/** What to watch, from when on. */
export interface WatchOptions {
  namespace?: string;
  resourceVersion: string;
  /** After so many seconds the server ends the watch in good order. */
  timeoutSeconds: number;
  metadataOnly?: boolean;
  /** Called when the server has accepted the watch. */
  onOpen?: () => void;
  signal: AbortSignal;
}

/** How to write. */
export interface WriteOptions {
  /** Who goes first when the API server cannot take all. Default `usual`. */
  rank?: WriteRank;
}

/** A request through the API server to a Service in the cluster. */
export interface ServiceProxyRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  scheme?: 'http' | 'https';
  /** Must not hold credentials: the API server would take the Authorization header for its own. */
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds. Default: the read deadline. */
  timeoutMs?: number;
  /** Bytes of the answer that are accepted. Default 4 MiB. */
  maxBytes?: number;
}
