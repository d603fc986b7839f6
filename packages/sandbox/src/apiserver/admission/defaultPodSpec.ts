/** Fills in, in place, what a real API server adds to a pod spec: policies, probe timings, port protocols. */
export function defaultPodSpec(spec: any): void {
  setDefaults(spec, { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst' });
  setDefaults(spec, { securityContext: {}, schedulerName: 'default-scheduler' });
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    defaultContainer(container);
  }
  for (const volume of spec.volumes ?? []) {
    for (const source of [volume.configMap, volume.secret, volume.projected]) {
      setDefaults(source, { defaultMode: 420 });
    }
  }
}

/** Sets the properties that are missing; does nothing without a target. */
export function setDefaults(target: any, defaults: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (target && (target[key] === undefined || target[key] === null)) {
      target[key] = value;
    }
  }
}

function defaultContainer(container: any): void {
  setDefaults(container, {
    imagePullPolicy: /(^|\/)[^/:@]+(:latest)?$/.test(container.image ?? '') ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  for (const port of container.ports ?? []) {
    setDefaults(port, { protocol: 'TCP' });
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    setDefaults(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    setDefaults(probe?.httpGet, { path: '/', scheme: 'HTTP' });
  }
  for (const variable of container.env ?? []) {
    setDefaults(variable.valueFrom?.fieldRef, { apiVersion: 'v1' });
  }
}
