import { describe, expect, it } from '@jest/globals';
import { fillTemplate, templateFaults, templateNames } from '../../../domain/policy/template.ts';

describe('a message template', () => {
  it('may name everything that is filled in, and nothing else', () => {
    expect(templateFaults(templateNames.map((name) => `{{ ${name} }}`).join(' '))).toEqual([]);
    const [fault] = templateFaults('{{alertname}} on {{nod}}');
    expect(fault?.message).toBe(
      `there is no {{nod}} here; known are ${templateNames.map((name) => `{{${name}}}`).join(', ')}`,
    );
    expect(fault?.fix).toContain('Use {{alertname}}');
  });

  it.each([
    '{{alertname}',
    'alertname}}',
    '{{#if}}x',
    '{{}}',
    '{{constructor}}',
    '{{{{alertname}}}}',
    '{{labels.job}}',
  ])('%s is a fault', (text) => {
    expect(templateFaults(text).length).toBeGreaterThan(0);
  });

  it('is filled in once, as plain text of one line', () => {
    const values = { alertname: '{{namespace}}\n\u0000<b>$&', namespace: 'shop' };
    expect(fillTemplate('{{alertname}} in {{ namespace }} ({{policy}})', values)).toBe(
      '{{namespace}} <b>$& in shop ()',
    );
  });

  it('cuts what is long', () => {
    expect(fillTemplate('{{pod}}', { pod: 'x'.repeat(300) })).toHaveLength(100);
  });
});
