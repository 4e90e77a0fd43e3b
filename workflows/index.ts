export { guard } from './guard.ts';
export { notifications } from './notifications.ts';
export { explanation, policies } from './observe.ts';
export { remediation } from './remediation.ts';
export { sweep } from './sweep.ts';
