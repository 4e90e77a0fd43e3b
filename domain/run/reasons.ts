/**
 * Every reason for which Mendflow refuses, waits or hands over. The same word stands in the Web UI, the API,
 * metrics (label `reason`), events and messages; docs/reference/reasons.md is generated from this table.
 */
export const reasons = {
  // verify: nothing to act on
  noPolicy: 'No policy matches the alert.',
  observeOnly: 'The policy is in Observe mode: the step was recorded, not taken.',
  dryRunOnly: 'The policy is in DryRun mode: the API server was asked with dryRun=All.',
  targetUnnamed: 'The alert has no usable namespace, pod or workload label; an empty label never means all.',
  targetInvalid: 'A label that names the target is not a valid Kubernetes name.',
  targetAmbiguous: 'The labels name more than one object.',
  targetGone: 'The object the alert names does not exist any more.',
  targetReplaced: 'Another object with the same name has taken its place.',
  faultGone: 'The fault is not there any more.',
  faultUnproven: 'A check of the policy cannot be answered by what can be known, so nothing is done.',
  foreignCluster: 'The alert speaks of another cluster.',
  workloadHealthy: 'The workload became healthy without us.',
  // guards
  paused: 'Remediation is paused.',
  systemNamespace: 'System namespaces and our own are never touched.',
  namespaceNotAllowed: 'The namespace is outside the scope of the policy.',
  nodeNotAllowed: 'The node is outside the scope of the policy.',
  controlPlaneNode: 'The node runs the control plane: it is left alone, and a person is told.',
  managedElsewhere:
    'A tool or an operator (Argo CD, Flux, Helm, KEDA, the owner …) would change the object back; the change belongs in its source.',
  optedOut: 'The object or its namespace carries mendflow.dev/remediation: disabled.',
  notOwned: 'No controller of an allowed kind owns the pod, so nothing would replace it.',
  mirrorPod: 'The pod is a mirror of a static pod; its kubelet owns it.',
  storm: 'Too many workloads alert at once: the breaker is open and nothing is done.',
  stormPaced: 'The storm is calming down; acts are let through one at a time.',
  correlatedCause:
    'Most of the alerting workloads, and far fewer of all workloads, share one node, image, config or zone: a person looks for the cause.',
  nodeSilent: 'The node of the pod does not answer: nothing can be known of the pod, and nothing would stop it.',
  tooManyUnhealthy:
    'Too many pods of the workload, its namespace or its zone, or too many nodes, are unhealthy to take more away.',
  flapping: 'The workload keeps changing between failing and healthy.',
  sameFailure: 'The very same failure came back after the acts before.',
  actionIneffective:
    'The step never helps against what the pod shows, did not help against the same failure in the last hour, or does not apply to the workload.',
  controlPlaneDegraded: 'The API server or too many nodes are unwell.',
  frozen: 'A freeze is on.',
  outsideWindow: 'The policy acts only within its windows, and none is open.',
  rolloutInProgress: 'The workload rolls out a change.',
  scopeSpent: 'A budget of the workload, application, namespace, node, zone or cluster is spent for now.',
  drainsSpent: 'Another node is being drained, or the limit of drains for the period is reached.',
  zoneSpacing: 'An action in another zone is under way or ran a moment ago.',
  tooFewReady: 'Too few other pods of the workload are ready to take this one away.',
  coolingDown: 'The workload was remediated a moment ago; its cooldown still runs.',
  episodeAttempts: 'The run has used its attempts for this episode.',
  dailyAttempts: 'The workload has used its attempts for the period.',
  leasedByAnotherRun: 'Another run holds the workload; this alert joins it.',
  withPerson: 'A person is asked about the workload already; this alert joins that conversation.',
  triedBefore: 'The run that asks a person about the workload took the same step, and it did not help.',
  namespaceBusy: 'As many remediations as allowed are running in the namespace.',
  clusterBusy: 'As many remediations as allowed are running in the cluster.',
  budgetSpent: 'The budget of disruptive acts is spent for now.',
  leaseLost: 'The permit expired before the step was taken.',
  guardUnavailable: 'The guard does not answer, so nothing may be done.',
  keyMissing: 'No signing key is set (MENDFLOW_APPROVAL_KEY), so nothing that acts may be done.',
  heldTooLong: 'The guard held the step for longer than the policy waits.',
  // people
  approvalExpired: 'Nobody approved the step in time; no answer counts as rejected.',
  approvalRejected: 'A person rejected the step.',
  aborted: 'A person aborted the run.',
  takenOver: 'A person took over.',
  // the ladder
  ladderExhausted: 'Every step was taken and the workload is still not healthy.',
  stepFailed: 'The step could not be carried out.',
  ticketInvalid: 'The act carries no valid ticket of the hub: keys differ, or somebody else writes to Temporal.',
  policyChanged: 'The policy in force does not allow the step any more.',
  notReplaceable: 'The pod could not come back: its replacement would not be admitted, or no node would take it.',
  evictionBlocked:
    'Until the deadline a PodDisruptionBudget refused the eviction, or the pod was in its startup probe.',
  permissionDenied: 'The API server does not allow Mendflow to do this, or does not accept its credentials.',
  admissionRefused:
    'An admission webhook, policy, quota or Pod Security of the cluster refuses the change, or an admission webhook does not answer.',
  clusterUnavailable: 'The cluster could not be read, so nothing was done.',
  internalError: 'A fault of Mendflow itself; the message says where.',
} as const;

/** A reason code; stable, part of the public interface. */
export type Reason = keyof typeof reasons;
