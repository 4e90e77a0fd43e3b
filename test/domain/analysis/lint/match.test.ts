import { describe, expect, it } from '@jest/globals';
import { aSoundPolicy, codesIn, findingsIn } from './support.ts';

const matching = (...alerts: string[]) => ({ match: { alerts } });
const alert = 'alertname="X"';

describe('a sound policy', () => {
  it('gives no rule a reason to object', () => {
    expect(codesIn({})).toEqual([]);
  });
});

describe('matchers that never match', () => {
  it.each([
    ['two values for one label', ['severity="a"', 'severity="b"']],
    ['a value and its opposite', ['severity="a"', 'severity!="a"']],
    ['a pattern that cannot match the value', ['severity=~"warn.*"', 'severity="critical"']],
    ['two patterns without a common value', ['severity=~"warn.*"', 'severity=~"crit.*"']],
    ['a pattern and its opposite', ['severity=~"a|b"', 'severity!~"a|b|c"']],
    ['several in one text', ['{severity="a", severity="b"}']],
  ])('are found: %s', (_, alerts) => {
    expect(codesIn(matching(alert, ...alerts))).toEqual(['neverMatches spec.match.alerts.1']);
  });

  it('are found: no alert is without a name', () => {
    expect(codesIn(matching('alertname=""'))).toContain('neverMatches spec.match.alerts.0');
  });

  it('are found: a namespace outside the scope', () => {
    expect(codesIn(matching(alert, 'namespace="web"'))).toEqual(['neverMatches spec.match.alerts.1']);
    expect(codesIn({ ...matching(alert, 'namespace=~"shop|web"') })).toEqual([]);
  });

  it('are not seen where a value exists', () => {
    expect(codesIn(matching(alert, 'severity=~"a|b"', 'severity!="a"', 'pod=~"x-.*"', 'pod!~"x-1"'))).toEqual([]);
  });

  it('are named with what contradicts what', () => {
    const [finding] = findingsIn([aSoundPolicy(matching(alert, 'a="1"', 'a!~"1|2"'))]);
    expect(finding).toMatchObject({
      severity: 'error',
      message: 'no value of a fulfils a="1" and a!~"1|2", so no alert ever matches',
    });
  });
});

describe('tied policies', () => {
  const pair = (one: Record<string, unknown>, other: Record<string, unknown>) =>
    findingsIn([aSoundPolicy(one, 'one'), aSoundPolicy(other, 'other')]).map(
      ({ code, policy, message }) => `${policy} ${code}: ${message}`,
    );

  it('are found once, in the later one, with an alert that both match', () => {
    expect(pair(matching('alertname=~"Kube.*"'), matching('alertname=~".*Looping"', 'severity="x"'))).toEqual([
      '1 tied: ties with one at 100: both match {alertname="KubeLooping", namespace="shop", severity="x"}',
    ]);
  });

  it.each([
    ['another priority', { ...matching(alert), priority: 90 }, matching(alert, 'severity="a"')],
    ['no common namespace', { ...matching(alert), scope: { namespaces: ['web'] } }, matching(alert)],
    ['a label that tells them apart', matching(alert, 'severity="a"'), matching(alert, 'severity=~"b|c"')],
    ['names without a common one', matching('alertname=~"Kube.*"'), matching('alertname=~"Pod.*"')],
    [
      'a namespace label that tells them apart',
      matching(alert, 'namespace!="shop"', 'namespace=~"web|shop"'),
      matching(alert),
    ],
  ])('are not seen with %s', (_, one, other) => {
    const scope = { scope: { namespaces: ['shop', 'web'] } };
    const codes = pair({ ...scope, ...one }, other).filter((finding) => finding.includes('tied'));
    expect(codes).toEqual([]);
  });

  it('cannot be ruled out for a pattern that is not followed, which is said instead', () => {
    expect(pair(matching('alertname=~"(?i)kube.*"'), matching('alertname=~"Pod.*"'))).toEqual([
      '0 notCompared: cannot be compared with other of the same priority',
    ]);
  });

  it('cannot be ruled out where the budget of the whole set ends the comparison, which is said of each policy', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'.repeat(9)];
    const hard = (from: number) =>
      matching(
        `alertname=~"(.*${letters
          .slice(from)
          .map((letter) => `${letter}?`)
          .join('')}.*zz)"`,
        'alertname=~"y+(.*x){20}"',
      );
    const set = [0, 1, 2, 3, 4, 5].map((n) => aSoundPolicy(hard(n), `p${n}`));
    const said = findingsIn(set).filter(({ code }) => code === 'notCompared');
    expect(said).toHaveLength(6);
    expect(said[5]?.message).toBe('comparing it with p0, p1, p2, p3, p4 of the same priority would take too long');
  });

  it('are decided by asking the pattern itself where a value is named', () => {
    expect(pair(matching('alertname=~"(?i)kube.*"'), matching('alertname="KUBE1"'))[0]).toMatch(/^1 tied/);
    expect(pair(matching('alertname=~"(?i)kube.*"'), matching('alertname="Pod"'))).toEqual([]);
  });
});

describe('a shadowed policy', () => {
  const shadowedBy = (high: Record<string, unknown>, low: Record<string, unknown>) =>
    findingsIn([aSoundPolicy({ ...high, priority: 200 }, 'high'), aSoundPolicy(low, 'low')]).map(
      ({ code, policy }) => `${policy} ${code}`,
    );

  it.each([
    ['the same matchers', matching(alert), matching(alert)],
    ['fewer matchers above', matching(alert), matching(alert, 'severity="a"')],
    ['a wider pattern above', matching('alertname=~"Kube.*"'), matching('alertname=~"KubePod.*|KubeNode"')],
    ['an opposite that includes it', matching('severity!="b"'), matching('severity=~"a|c"')],
    ['a wider scope above', { ...matching(alert), scope: { namespaces: ['shop', 'web'] } }, matching(alert)],
  ])('is found: %s', (_, high, low) => {
    expect(shadowedBy(high, low)).toEqual(['1 shadowed']);
  });

  it.each([
    ['a matcher more above', matching(alert, 'severity="a"'), matching(alert)],
    ['a narrower pattern above', matching('alertname=~"KubePod.*"'), matching('alertname=~"Kube.*"')],
    ['a narrower scope above', matching(alert), { ...matching(alert), scope: { namespaces: ['shop', 'web'] } }],
    ['a pattern that is not followed', matching('alertname=~"(?i)x.*"'), matching('alertname=~"x.*"')],
  ])('is not seen: %s', (_, high, low) => {
    expect(shadowedBy(high, low).filter((finding) => finding.includes('shadowed'))).toEqual([]);
  });

  it('is one that could win, not one that never matches', () => {
    expect(shadowedBy(matching(alert), matching(alert, 'a="1"', 'a="2"'))).toEqual(['1 neverMatches']);
  });
});

describe('a matcher', () => {
  it.each([
    ['compared to the empty text', 'severity=""', ['comparedToEmpty spec.match.alerts.1']],
    ['compared to an empty pattern', 'severity=~""', ['comparedToEmpty spec.match.alerts.1']],
    ['that asks for the label to be there', 'severity!=""', []],
    ['with an empty alternative', 'severity=~"warning|"', ['emptyAlternative spec.match.alerts.1']],
    ['whose pattern may be empty', 'severity=~"(warning)?"', ['emptyAlternative spec.match.alerts.1']],
    ['that only excludes', 'severity!~"info|"', []],
    ['that lets everything through', 'severity=~".*"', ['matcherWithoutEffect spec.match.alerts.1']],
    ['that excludes nothing', 'severity!~".*a.*b" ', []],
    ['of a name that every alert has', 'alertname!=""', ['matcherWithoutEffect spec.match.alerts.1']],
    ['of at least one character', 'severity=~".+"', []],
  ])('%s', (_, matcher, found) => {
    expect(codesIn(matching(alert, matcher as string))).toEqual(found);
  });
});
