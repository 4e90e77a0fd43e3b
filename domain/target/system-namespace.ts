const systemNamespaces = /^(kube-.*|openshift-.*|mendflow-system)$/;

/** True for namespaces in which nothing is ever touched, whatever a policy says. */
export const isSystemNamespace = (namespace: string): boolean => systemNamespaces.test(namespace);
