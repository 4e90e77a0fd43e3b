import { describe, expect, it } from '@jest/globals';
import { choosePolicy, parseMatcher } from '../../domain/match.ts';
import { anAlert, aPolicy } from '../support/builders.ts';

describe('a matcher', () => {
  it.each([
    ['severity="warning"', { severity: 'warning' }, true],
    ['severity="warning"', { severity: 'warnings' }, false],
    ['severity=warning', { severity: 'warning' }, true],
    [' severity = "warning" ', { severity: 'warning' }, true],
    ['severity!="warning"', {}, true],
    ['severity=""', {}, true],
    ['severity=~"warning|critical"', { severity: 'critical' }, true],
    ['severity=~"warn"', { severity: 'warning' }, false],
    ['severity!~"warn.*"', { severity: 'warning' }, false],
    ['severity=~".*"', {}, true],
    ['path="a\\"b\\\\c\\nd"', { path: 'a"b\\c\nd' }, true],
  ])('%s against %j is %s', (text, labels, expected) => {
    expect(parseMatcher(text).matches(labels as Record<string, string>)).toBe(expected);
  });

  it.each(['', 'severity', '="x"', 'sev-erity="x"', 'a="b" or c="d"', 'a="b"c'])('refuses %j', (text) => {
    expect(() => parseMatcher(text)).toThrow('is not a matcher');
  });

  it('takes linear time on an expression that would hang a backtracking engine', () => {
    expect(parseMatcher('pod=~"(a+)+b"').matches({ pod: 'a'.repeat(5_000) })).toBe(false);
  });
});

describe('choosePolicy', () => {
  const crash = aPolicy({}, 'crash-loop');

  it('takes the policy of highest priority whose matchers all hold, and says why the others lost', () => {
    const strict = aPolicy({ priority: 200 }, 'strict');
    const other = aPolicy({ match: { alerts: ['alertname="Other"'] } }, 'other');
    expect(choosePolicy([crash, other, strict], anAlert())).toMatchObject({
      kind: 'match',
      policy: { metadata: { name: 'strict' } },
      losers: [
        { policy: 'other', why: 'alertname="Other" does not match' },
        { policy: 'crash-loop', why: 'strict has priority 200 before 100' },
      ],
    });
  });

  it('takes the first by name of two that tie', () => {
    expect(choosePolicy([crash, aPolicy({}, 'another')], anAlert())).toMatchObject({
      policy: { metadata: { name: 'another' } },
    });
  });

  it('says that a namespace is outside every scope, rather than that no policy fits', () => {
    const alert = anAlert({ labels: { alertname: 'PodCrashLooping', namespace: 'bank', pod: 'x' } });
    expect(choosePolicy([crash], alert)).toMatchObject({ kind: 'none', reason: 'namespaceNotAllowed' });
    expect(choosePolicy([], alert)).toMatchObject({ kind: 'none', reason: 'noPolicy' });
  });

  it('never takes a missing namespace for all of them', () => {
    expect(choosePolicy([crash], anAlert({ labels: { alertname: 'PodCrashLooping' } })).kind).toBe('none');
  });
});
