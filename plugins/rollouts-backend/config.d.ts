/** Settings of the rollouts backend. */
export interface Config {
  rollouts?: {
    /** The engine's database, where the engine runs elsewhere. Default: that of `rollouts.engine.database`. */
    database?: {
      /**
       * A Postgres URL, or pg's connection object.
       * @deepVisibility secret
       */
      connection: string | { [key: string]: unknown };
      /** Default `aviary`. */
      schema?: string;
      poolSize?: number;
    };
    engine?: {
      /** Whether the engine runs inside this backend. */
      enabled?: boolean;
      cluster?: {
        /** How people call this cluster. */
        name?: string;
        /** Path of a kubeconfig. Default: KUBECONFIG, ~/.kube/config, or the pod's service account. */
        kubeconfig?: string;
        context?: string;
        /** Watch one namespace only. */
        namespace?: string;
      };
      database?: {
        /**
         * A Postgres URL, or pg's connection object.
         * @deepVisibility secret
         */
        connection: string | { [key: string]: unknown };
        /** Default `aviary`. */
        schema?: string;
        poolSize?: number;
      };
      /** Only for demos and tests: from wall time `real` on the clock shows `shown`, and runs `speed` times as fast. */
      clock?: { real: number; shown: number; speed: number };
      /** Router of Canaries that name none. */
      meshProvider?: string;
      /** Prometheus of Canaries that name none. */
      metricsServer?: string;
      /** Labels by which a workload's pods are told apart, in order of preference. */
      selectorLabels?: string[];
      /** Label prefixes copied from target to primary; `*` copies all. */
      includeLabelPrefixes?: string[];
      /** Shorter intervals are raised to this, for example `10s`. */
      minInterval?: string;
      /** Whether ConfigMaps and Secrets of the pod template are tracked and copied. */
      configTracking?: boolean;
      addresses?: {
        /** Reach `http://name.namespace` through the API server. Default: only outside the cluster. */
        throughApiServer?: boolean;
        /** Address to address to use instead. */
        overrides?: { [address: string]: string };
      };
      egress?: {
        /** CIDRs or host[:port] that may be reached although they would be denied. */
        allow?: string[];
        deny?: string[];
      };
      /** Name under which the engine writes to Kubernetes. */
      fieldManager?: string;
      /** Packages with further providers, by name. */
      providers?: string[];
    };
  };
}
