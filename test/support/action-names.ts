import { actions } from '../../activities/actions/index.ts';

/** Every action, as messages list them. */
export const actionNames = actions.map(({ name }) => name).join(', ');
