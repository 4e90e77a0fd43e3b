import type { Finding } from '../../config/lint-files.ts';
import { type Terminal, toned } from '../terminal.ts';

/** How many findings of each severity. */
export function tallyOf(findings: readonly Finding[]): { errors: number; warnings: number } {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: findings.length - errors };
}

const subject = ({ field, message }: Finding) => (field === '' ? message : `${field}: ${message}`);

/** `file:line: severity code: message`, and below it what to write instead. */
export function findingInWords(finding: Finding, terminal: Pick<Terminal, 'isColored'>): string[] {
  const { file, line, severity, code, fix } = finding;
  const place = line === undefined ? file : `${file}:${line}`;
  const mark = toned(terminal, severity === 'error' ? 'red' : 'yellow', severity);
  return [`${place}: ${mark} ${code}: ${subject(finding)}`, `    ${fix}`];
}

/** A workflow command of GitHub Actions: an annotation beside the line. */
export function findingForGithub(finding: Finding): string {
  const { file, line, severity, code, fix } = finding;
  const properties = [
    `file=${property(file)}`,
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${property(`mendflow ${code}`)}`,
  ];
  return `::${severity} ${properties.join(',')}::${data(`${subject(finding)}\n${fix}`)}`;
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
