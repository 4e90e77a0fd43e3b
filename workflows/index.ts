export { explanation } from './explanation.ts';
export { guard } from './guard.ts';
export { remediation } from './remediation.ts';
