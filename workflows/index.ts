export { explanation } from './explanation.ts';
export { guard } from './guard.ts';
export { notifications } from './notifications.ts';
export { remediation } from './remediation.ts';
export { sweep } from './sweep.ts';
