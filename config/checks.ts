/** A part of Mendflow that can be started. */
export type Part = 'api' | 'worker' | 'watcher';

type Values = Record<string, unknown>;
type Check = (values: Values, parts: readonly Part[]) => string | undefined;

const section = (values: Values, name: string): Values => (values[name] ?? {}) as Values;
const isAbsent = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);

/** Without tokens anybody who reaches the port could start or approve a remediation. */
const intakeNeedsTokens: Check = (values, parts) => {
  const api = section(values, 'api');
  if (!parts.includes('api') || api.allowAnonymous === true || !isAbsent(api.intakeTokens)) return undefined;
  return 'api.intakeTokens: the api needs a token for Alertmanager; set MENDFLOW_INTAKE_TOKENS or MENDFLOW_INTAKE_TOKENS_FILE (or MENDFLOW_API_ALLOW_ANONYMOUS=true on a closed test bed)';
};

const peopleNeedTokens: Check = (values, parts) => {
  const api = section(values, 'api');
  if (!parts.includes('api') || api.allowAnonymous === true || !isAbsent(api.tokens)) return undefined;
  return 'api.tokens: the api needs a token for each person, as name=token; set MENDFLOW_API_TOKENS or MENDFLOW_API_TOKENS_FILE (or MENDFLOW_API_ALLOW_ANONYMOUS=true on a closed test bed)';
};

/** The intake takes nothing without a token; the watcher would knock for ever. */
const watcherNeedsToken: Check = (values, parts) => {
  const api = section(values, 'api');
  if (!parts.includes('watcher') || parts.includes('api') || api.allowAnonymous === true) return undefined;
  if (!isAbsent(section(values, 'watcher').token) || !isAbsent(api.intakeTokens)) return undefined;
  return 'watcher.token: the watcher needs a token of the intake; set MENDFLOW_WATCHER_TOKEN or MENDFLOW_WATCHER_TOKEN_FILE (or MENDFLOW_INTAKE_TOKENS)';
};

const apiKeyNeedsTls: Check = (values) => {
  const temporal = section(values, 'temporal');
  return isAbsent(temporal.apiKey) || temporal.tls === true
    ? undefined
    : 'temporal.tls: an API key would travel in plain text; set TEMPORAL_TLS=true';
};

const receiverNamesAreUnique: Check = (values) => {
  const receivers = Array.isArray(values.receivers) ? (values.receivers as (Values | null)[]) : [];
  const names = receivers.map((receiver) => receiver?.name).filter((name) => typeof name === 'string');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `receivers: two are named ${twice}`;
};

const oneFallbackReceiver: Check = (values) => {
  const receivers = Array.isArray(values.receivers) ? (values.receivers as (Values | null)[]) : [];
  const fallbacks = receivers.filter((receiver) => receiver?.fallback === true).map((receiver) => receiver?.name);
  return fallbacks.length <= 1
    ? undefined
    : `receivers: ${fallbacks.join(' and ')} are both marked fallback: true; only one may be`;
};

/** Two places that both look like the policies in force: whoever named them both must say which is meant. */
const onePolicySource: Check = (values) => {
  const { source, folder } = section(values, 'policies');
  if (source !== 'crd' || isAbsent(folder)) return undefined;
  return 'policies.folder: policies.source is crd, so this folder would not be read; leave out one of the two';
};

/** A worker with half a version would poll without one, and take no run while a version is current. */
const wholeWorkerVersion: Check = (values) => {
  const { name, buildId } = section(section(values, 'worker'), 'deployment');
  if (isAbsent(name) === isAbsent(buildId)) return undefined;
  return 'worker.deployment: name and buildId belong together; set both (MENDFLOW_WORKER_DEPLOYMENT and MENDFLOW_WORKER_BUILD_ID) or neither';
};

/** Rules over several fields, on the raw values so that they are reported beside every other fault. */
export const checks: readonly Check[] = [
  intakeNeedsTokens,
  peopleNeedTokens,
  watcherNeedsToken,
  apiKeyNeedsTls,
  receiverNamesAreUnique,
  oneFallbackReceiver,
  onePolicySource,
  wholeWorkerVersion,
];
