export * from './alertContract';
export * from './AnswerServer';
export * from './loopbackContext';
export * from './metricContract';
export * from './providerErrors';
export * from './routedCanary';
export * from './routerContract';
export * from './TestFunction';
