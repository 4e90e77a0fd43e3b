import { describe, expect, it } from '@jest/globals';
import { testFileJsonSchema } from '../../../simulation/policy-test/format/file.ts';

interface Schema {
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  description?: string;
  required?: string[];
}

const test = (testFileJsonSchema() as Schema).properties?.tests?.items?.properties;

describe('the JSON Schema of a file of tests', () => {
  it('has one alternative for each kind of event, with its own fields', () => {
    const events = test?.events?.items?.anyOf ?? [];
    expect(events).toHaveLength(14);
    expect(events.map(({ required = [] }) => required)).toContainEqual(['at', 'approve']);
  });

  it('takes none for a list of expectations, and text for what can be written shorter', () => {
    const expected = test?.expect?.properties;
    expect(expected?.acts?.anyOf?.[0]).toEqual({ type: 'string', const: 'none' });
    expect(expected?.told?.anyOf?.[1]?.items?.anyOf?.[0]).toEqual({ type: 'string' });
  });

  it('keeps the words about a field beside its alternatives', () => {
    expect(test?.expect?.properties?.acts?.description).toContain('Every change that Mendflow made');
  });
});
