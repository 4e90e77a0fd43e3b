import { describe, expect, it } from '@jest/globals';
import { isAboutPod, withNames } from '../../domain/promql.ts';

const names = { namespace: 'shop', workload: 'checkout', pod: 'checkout-1' };

describe('a query with placeholders', () => {
  it('gets the names that were read from the cluster', () => {
    const query = 'm{ns="{{namespace}}",w="{{ workload }}",p="{{pod}}"} > 1';
    expect(withNames(query, names)).toBe('m{ns="shop",w="checkout",p="checkout-1"} > 1');
  });

  it('keeps other braces', () => {
    expect(withNames('sum by (pod) (rate(m{a="b"}[5m]))', names)).toBe('sum by (pod) (rate(m{a="b"}[5m]))');
  });

  it.each([
    ['an unknown placeholder', '{{node}}', names, 'INVALID_POLICY'],
    ['a placeholder that JavaScript knows', '{{constructor}}', names, 'INVALID_POLICY'],
    ['a pod where there is none', '{{pod}}', { namespace: 'shop', workload: 'checkout' }, 'INVALID_POLICY'],
    ['a name that breaks out of its quotes', '{{pod}}', { ...names, pod: 'a"} or up #' }, 'NOT_APPLICABLE'],
    ['a namespace that is no label', '{{namespace}}', { ...names, namespace: 'a.b' }, 'NOT_APPLICABLE'],
  ])('refuses %s', (_, query, given, code) => {
    expect(() => withNames(query, given)).toThrow(expect.objectContaining({ code }));
  });

  it('is about a pod when it names one', () => {
    expect(isAboutPod('m{pod="{{ pod }}"}')).toBe(true);
    expect(isAboutPod('m{namespace="{{namespace}}"} by (pod)')).toBe(false);
  });
});
