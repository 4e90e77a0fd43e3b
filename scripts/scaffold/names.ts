/** One name in the forms that files and code need. */
export interface Names {
  /** `drainCache` */
  camel: string;
  /** `DrainCache` */
  pascal: string;
  /** `drain-cache` */
  kebab: string;
  /** `drain cache` */
  words: string;
}

const camelShape = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)*$/;
const kebabShape = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)+$/;
/** Words that cannot name a variable. */
const reserved =
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in index instanceof let new null return static super switch this throw true try typeof undefined var void while with yield';

/** The forms of a name that is written `drainCache` or `drain-cache`; undefined for any other, and for words of the language. */
export function namesOf(text: string): Names | undefined {
  const isKebab = kebabShape.test(text);
  if ((!isKebab && !camelShape.test(text)) || text.length > 60 || reserved.split(' ').includes(text)) return undefined;
  const camel = isKebab ? text.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) : text;
  const kebab = camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    camel,
    kebab,
    pascal: camel.replace(/^./, (letter) => letter.toUpperCase()),
    words: kebab.replaceAll('-', ' '),
  };
}
