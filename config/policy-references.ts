import { kindOf } from '../domain/policy/checks/index.ts';
import { parseMatchers } from '../domain/policy/matcher.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { templateFaults } from '../domain/policy/template.ts';
import { nearest } from './nearest.ts';
import type { PolicyFault, PolicyVocabulary } from './policy-fault.ts';

type Spec = Policy['spec'];

/** Faults that the shape alone does not show: matchers and queries that do not parse, names of nothing. */
export function referenceFaults({ spec }: Policy, { receivers }: PolicyVocabulary): PolicyFault[] {
  return [
    ...matcherFaults(spec),
    ...checkFaults(spec),
    ...messageFaults(spec),
    ...(receivers === undefined ? [] : unknownReceivers(spec, receivers)),
  ];
}

function matcherFaults({ match }: Spec): PolicyFault[] {
  return match.alerts.flatMap((text, index): PolicyFault[] => {
    try {
      parseMatchers(text);
      return [];
    } catch (cause) {
      const fix = 'Write a matcher such as alertname="MemoryLeakDetected" or severity=~"warning|critical".';
      const path = ['spec', 'match', 'alerts', index];
      return [{ code: 'matcherSyntax', path, message: (cause as Error).message, fix }];
    }
  });
}

function checkFaults({ verify }: Spec): PolicyFault[] {
  return verify.flatMap((check, index) => {
    const { kind, params } = kindOf(check);
    return (kind.faults?.(params) ?? []).map(({ field, message, fix }): PolicyFault => {
      const path = ['spec', 'verify', index, kind.name, field];
      return { code: 'checkSyntax', path, message, fix };
    });
  });
}

function messageFaults({ escalation }: Spec): PolicyFault[] {
  return escalation.flatMap(({ message = '' }, level) =>
    templateFaults(message).map((fault): PolicyFault => {
      return { code: 'unknownPlaceholder', path: ['spec', 'escalation', level, 'message'], ...fault };
    }),
  );
}

function unknownReceivers({ escalation }: Spec, receivers: readonly string[]): PolicyFault[] {
  const known = receivers.join(', ') || '(none)';
  return escalation.flatMap(({ notify }, level) =>
    notify.flatMap((name, index): PolicyFault[] => {
      if (receivers.includes(name)) return [];
      const meant = nearest(name, receivers);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      return [
        {
          code: 'unknownReceiver',
          path: ['spec', 'escalation', level, 'notify', index],
          message: `receiver ${name} is not configured; known are ${known}${hint}`,
          fix: meant === undefined ? `Add ${name} to receivers in the configuration file.` : `Write ${meant}.`,
        },
      ];
    }),
  );
}
