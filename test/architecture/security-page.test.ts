// Each sentence of SECURITY.md, and the tests that make it true. A new or changed sentence needs its line here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { root } from './source-files.ts';
import { titlesOf } from './test-titles.ts';

/** A test: its file under `test/`, and the end of its title as the file has it. */
type Proof = readonly [file: string, title: string];

/** By the words with which the sentence begins. A sentence that promises nothing says why it has no test. */
const proofs: Record<string, readonly Proof[] | 'what the rest follows from' | 'advice'> = {
  'The intake needs a bearer token': [
    ['api/authentication.test.ts', 'with %s is answered 401 before its body is read'],
    ['api/authentication.test.ts', 'is let in by any of several tokens, so that they can be rotated'],
  ],
  'A token proves the sender': 'what the rest follows from',
  'So a sender may send alerts only': [
    ['api/alerts.test.ts', 'start no run: they are reported and counted, and the guard is told who sent them'],
    ['api/alerts.test.ts', 'are those that its token does not list'],
    [
      'integration/refusals.test.ts',
      'an alert of a cluster that its sender may not speak of starts no run, and the guard knows of it',
    ],
    ['domain/alert/intake.test.ts', 'with the fingerprint %p has the one of its labels: the sender is not believed'],
    [
      'integration/guards/targets.test.ts',
      'a pod that is still ill is evicted, after a live read of it that is at most 5 s old',
    ],
    ['domain/guard/rules/ownership.test.ts', 'allows nothing when no namespace is allowed: empty never means all'],
    [
      'activities/act-fence.test.ts',
      'is not done when the alert does not match the policy, whatever verification said',
    ],
    ['domain/guard/rules/budget.test.ts', 'never lets a sixteenth act into ten minutes, however they were spaced'],
  ],
  'Labels are untrusted': [
    ['domain/target/named-target.test.ts', 'never gives a name that the API would read as something else'],
    ['domain/target/named-target.test.ts', 'refuses %j as %s'],
    ['domain/guard/rules/ownership.test.ts', 'allows nothing when no namespace is allowed: empty never means all'],
    [
      'integration/guards/name-reuse.test.ts',
      'every eviction that was asked for names the uid that was verified under that name',
    ],
  ],
  'One body (4 MiB)': [
    ['api/documented-limits.test.ts', 'in SECURITY.md: %s'],
    ['api/limits.test.ts', 'beyond the limit is answered 413, and just within it is read'],
    ['api/limits.test.ts', 'that would be many times larger in memory are answered 413 before they are parsed'],
    ['api/limits.test.ts', 'is answered 503 with Retry-After before the body is read, and others are taken'],
    [
      'api/connections.test.ts',
      'has only so many connections, the others keep theirs, and there is room again when one ends',
    ],
    ['hostile/repeats.test.ts', 'neither ends its run nor makes its history long'],
    ['api/intake/delivery-body.test.ts', 'stays in proportion to the body, whatever the body is'],
    [
      'api/main.test.ts',
      'stays alive for its probes while others hold every connection, and closes what is idle within 5 s',
    ],
  ],
  "Users' patterns run on RE2": [
    ['domain/policy/matcher.test.ts', 'takes linear time on an expression that would hang a backtracking engine'],
    ['cli/lint-thread.test.ts', 'is ended where it takes too long or too much memory, and the next one is served'],
    ['api/main.test.ts', 'answers at once while somebody lints policies that are made to be hard'],
  ],
  '[docs/webhook.md]': [['api/documented-limits.test.ts', 'in docs/webhook.md: %s']],
  'None of them replaces a proxy': [
    [
      'hostile/intake.test.ts',
      'of many peers, which fill the api, starve no probe, and a delivery gets in within seconds',
    ],
  ],
  'Receivers and endpoints come from': [['architecture/security-page.test.ts', 'lets no policy name a URL']],
  'An address that is not on the public internet': [
    ['activities/notifiers/private-address.test.ts', 'is one that is %s'],
    ['contract/notifiers.test.ts', 'does not lead into a private network unless that is allowed'],
  ],
  'The connection goes to the very address': [
    ['contract/notifiers.test.ts', 'does not lead into a private network unless that is allowed'],
    ['contract/notifiers.test.ts', 'takes %i for an answer, and does not try again'],
  ],
  'Prometheus and the Alertmanager': [['architecture/security-page.test.ts', 'lets no policy name a URL']],
  'The api has no credentials': [
    [
      'architecture/claims.test.ts',
      'says that the api has no credentials for Kubernetes: nothing of it can import the way there',
    ],
  ],
  'The worker needs to read': [
    ['deploy/rbac.test.ts', 'of $name are exactly those that it declares'],
    ['deploy/rbac.test.ts', 'begin with reading, and events of our own'],
    ['deploy/rbac.test.ts', 'in %s name everything, and never secrets, shells or the rights of others'],
  ],
  'Secrets come from variables': [
    ['config/config.test.ts', 'reads a secret from the file that its variable with _FILE names, one token a line'],
    ['config/config.test.ts', 'never repeat a secret'],
    ['config/config.test.ts', 'hides every secret and the URLs of receivers'],
    ['telemetry/log.test.ts', 'hides values under secret keys, however deep they lie'],
  ],
  'Evidence, and labels wherever': [
    ['hostile/names.test.ts', 'shows no secret in the api, and keeps what is matched again'],
    ['hostile/names.test.ts', 'tells people without it'],
    ['hostile/names.test.ts', 'leaves nothing of it in Events and logs'],
    [
      'activities/capture-evidence.test.ts',
      'keeps no control characters, colours or secrets of a log, an event or a status',
    ],
    ['domain/text/redact.test.ts', 'hides $name'],
  ],
  "Temporal's own history holds": [
    ['api/records.test.ts', 'gives labels as they came, which a backtest matches again; other answers are redacted'],
  ],
  'Control, bidirectional and invisible': [
    ['domain/text/plain-text.test.ts', 'is clean and well formed for any text, and changes nothing the second time'],
    ['domain/text/plain-text.test.ts', 'leaves no sign of %j that means something'],
    ['domain/text/plain-text.test.ts', 'is one line, whatever the text'],
    ['hostile/names.test.ts', 'draws nothing in the Web UI'],
  ],
  'Scanning text from outside': [
    ['domain/text/redact.test.ts', 'stays in proportion to the text, whatever the text is'],
    ['architecture/regular-expressions.test.ts', '%s takes linear time over any text'],
  ],
  'Each person has a token': [
    ['integration/remediation.test.ts', 'acts after a person said yes to exactly this step, and not before'],
  ],
  'An approval, a resume and a reset': [
    ['workflows/people.test.ts', 'cannot approve past the api: without its signature the step is not taken'],
    ['integration/forged-acts.test.ts', 'cannot resume, but can pause'],
    ['integration/forged-acts.test.ts', 'cannot reset a workload'],
  ],
  'The worker of a cluster acts only': [
    ['integration/forged-acts.test.ts', 'cannot delete a pod'],
    ['integration/forged-acts.test.ts', 'cannot use the ticket of a run again, nor turn it against another pod'],
  ],
  'It checks its own policies': [
    ['activities/act-fence.test.ts', 'is not done when its policy %s'],
    ['activities/act-fence.test.ts', 'is not done in our own or a system namespace'],
  ],
  'Whoever can write to Temporal': [
    ['architecture/claims.test.ts', 'names every message to a run that counts without a signature'],
    ['integration/forged-acts.test.ts', 'cannot resume, but can pause'],
  ],
  'Run the api behind TLS': 'advice',
  '`MENDFLOW_API_ALLOW_ANONYMOUS`': 'advice',
};

const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');
/** Without the head of each point, which names the attack. */
const sentences = page
  .slice(page.indexOf('\n- **'))
  .replace(/^- \*\*[^*]*\*\*/gm, '')
  .replace(/\s+/g, ' ')
  .trim()
  .split(/(?<=\.) (?=[A-Z[`])/);

const startOf = (sentence: string) => Object.keys(proofs).filter((start) => sentence.startsWith(start));

/** The names of all fields of a schema, however deep they lie. */
function fieldsOf(schema: object): string[] {
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return [];
    return [...(key === 'properties' ? Object.keys(value) : []), ...fieldsOf(value)];
  });
}

describe('SECURITY.md', () => {
  it.each(sentences)('has a test for: %s', (sentence) => {
    expect(startOf(sentence)).toHaveLength(1);
    const shown = proofs[startOf(sentence)[0] ?? ''] ?? [];
    if (typeof shown === 'string') return;
    expect(shown.length).toBeGreaterThan(0);
    const missing = shown.filter(
      ([file, title]) => !titlesOf(`test/${file}`).some((known) => ` ${known}`.endsWith(` ${title}`)),
    );
    expect(missing).toEqual([]);
  });

  it('has each sentence that is listed here', () => {
    const said = sentences.flatMap(startOf);
    expect(Object.keys(proofs).filter((start) => !said.includes(start))).toEqual([]);
  });

  it('lets no policy name a URL', () => {
    const crd = parse(readFileSync(join(root, 'deploy', 'crd', 'remediationpolicies.yaml'), 'utf8')) as object;
    const fields = fieldsOf(crd);
    expect(fields).toContain('endpoint');
    expect(fields.filter((name) => /ur[il]s?$|host|address|server/i.test(name))).toEqual([]);
  });
});
