/** Key of our own under which notes of what JSON Schema has no words for are left. */
export const annotation = 'x-mendflow';

/** What a value must be beyond its JSON Schema. */
export interface Annotation {
  /** What a person is told when the pattern does not hold. */
  patternMessage?: string;
  /** The text is a duration within these bounds, inclusive. */
  duration?: { min?: string; max?: string };
  /** The object has exactly one of these fields. */
  exactlyOne?: readonly string[];
}

/** As much of JSON Schema (2020-12) as zod writes. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  'x-kubernetes-int-or-string'?: boolean;
  [annotation]?: Annotation;
  [keyword: string]: unknown;
}

/** One rule in CEL and what a person is told when it does not hold. */
export interface Rule {
  rule: string;
  message: string;
}

/** A structural schema of Kubernetes, as it stands in a custom resource definition. */
export interface Structural {
  description?: string;
  type?: string;
  properties?: Record<string, Structural>;
  required?: string[];
  additionalProperties?: Structural;
  items?: Structural;
  'x-kubernetes-validations'?: Rule[];
  [validation: string]: unknown;
}

/** Where a schema stands. */
export interface Place {
  /** `spec.steps[].within`. */
  path: string;
  /** An array or a map around it has no upper bound, so that a rule in CEL would cost too much. */
  isUnbounded: boolean;
}
