/** Says what is wrong with a value, or undefined when it has the shape. Plain code, so that workflows can use it. */
export type Shape = (value: unknown) => string | undefined;

/** True for an object that is neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text of at most so many characters, which fits the pattern. */
export const text =
  (max: number, pattern?: RegExp): Shape =>
  (value) => {
    if (typeof value !== 'string') return 'is no text';
    if (value.length > max) return `is longer than ${max} characters`;
    return pattern === undefined || pattern.test(value) ? undefined : 'is no name';
  };

/** A finite number within the bounds. */
export const number =
  (min: number, max: number): Shape =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max ? undefined : `is no number from ${min} to ${max}`;

/** A value that may be absent. */
export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined ? undefined : shape(value);

/** A list of at most so many values of the shape. */
export const listOf =
  (shape: Shape, max: number): Shape =>
  (value) => {
    if (!Array.isArray(value)) return 'is no list';
    if (value.length > max) return `holds more than ${max}`;
    for (const [index, item] of value.entries()) {
      const fault = shape(item);
      if (fault !== undefined) return `${index} ${fault}`;
    }
    return undefined;
  };

/** An object whose fields named here have their shapes; others are not looked at. */
export const object =
  (fields: Record<string, Shape>): Shape =>
  (value) => {
    if (!isObject(value)) return 'is no object';
    for (const [field, shape] of Object.entries(fields)) {
      const fault = shape(value[field]);
      if (fault !== undefined) return `${field} ${fault}`;
    }
    return undefined;
  };
