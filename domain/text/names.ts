const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** True for an RFC 1123 label of at most 63 characters: a namespace's name. */
export function isLabelName(text: string): boolean {
  return text.length <= 63 && label.test(text);
}

/** True for an RFC 1123 subdomain of at most 253 characters: a pod's or a workload's name. */
export function isSubdomainName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((part) => label.test(part));
}

/** Kubernetes' name rule (RFC 1123 label or subdomain), ≤ 253 characters. */
export const kubernetesName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
